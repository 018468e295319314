<?php
/**
 * What the plugin knows: where the service stands, the key that the service gave, and what the merchant wants shown.
 *
 * @package ShopConnect
 */

namespace ShopConnect;

defined( 'ABSPATH' ) || exit;

const OPTION = 'shopconnect';

/**
 * Return all of it. `key` and `secret` are empty until the service has given them.
 *
 * @return array{service: string, key: string, secret: string, chat: bool, shelf: bool}
 */
function settings(): array {
	$nothing = array(
		'service' => '',
		'key'     => '',
		'secret'  => '',
		'chat'    => false,
		'shelf'   => false,
	);
	return array_merge( $nothing, (array) get_option( OPTION, array() ) );
}

/**
 * Keep some of it.
 *
 * @param array<string, mixed> $changes New values by name.
 */
function keep( array $changes ): void {
	update_option( OPTION, array_merge( settings(), $changes ) );
}

/**
 * Return where the service stands, without a slash at the end; "" while nobody has said.
 */
function service(): string {
	if ( defined( 'SHOPCONNECT_SERVICE' ) ) {
		return untrailingslashit( (string) constant( 'SHOPCONNECT_SERVICE' ) );
	}
	return BUILT_FOR ? BUILT_FOR : settings()['service'];
}

/**
 * Say whether the merchant may write where the service stands.
 */
function may_choose_service(): bool {
	return ! defined( 'SHOPCONNECT_SERVICE' ) && ! BUILT_FOR;
}

/**
 * Say whether the service has given its key, so that pages may bring its scripts.
 */
function is_connected(): bool {
	return '' !== service() && '' !== settings()['key'];
}
