<?php
/**
 * What this server makes true by its signature: who is signed in, and which order a page thanks for.
 *
 * The secret is known to this server and to the service; it stands in no page.
 *
 * @package ShopConnect
 */

namespace ShopConnect;

defined( 'ABSPATH' ) || exit;

/**
 * Return what says until a time, in seconds since 1970, that a customer is signed in.
 */
function signed_customer( string $secret, int $customer, int $until ): string {
	$signed = "$customer.$until";
	return $signed . '.' . hash_hmac( 'sha256', $signed, $secret );
}

/**
 * Return what says that a page thanks for an order.
 */
function signed_order( string $secret, int $order ): string {
	return $order . '.' . hash_hmac( 'sha256', "order:$order", $secret );
}

/**
 * Return a letter that the service signed, "" for anything else a browser may say. Whether it holds, the service knows.
 *
 * @param mixed $said What came.
 */
function signed_arm( $said ): string {
	return is_string( $said ) && preg_match( '/^[A-Za-z]\.[0-9]{6}\.[0-9a-f]{24}\z/', $said ) ? $said : '';
}
