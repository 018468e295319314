<?php
/**
 * What the service asks and tells over REST with the key that its merchant approved, and what orders say of us.
 *
 * WooCommerce's keys open only namespaces that begin with wc-.
 *
 * @package ShopConnect
 */

namespace ShopConnect;

defined( 'ABSPATH' ) || exit;

add_action( 'rest_api_init', __NAMESPACE__ . '\register_routes' );

/**
 * Register the routes, and the field of orders: only what is ours of an order's own data leaves the shop by it.
 */
function register_routes(): void {
	$may = function () {
		return current_user_can( MAY );
	};
	register_rest_route(
		'wc-shopconnect/v1',
		'/status',
		array(
			'methods'             => 'GET',
			'callback'            => __NAMESPACE__ . '\status',
			'permission_callback' => $may,
		)
	);
	register_rest_route(
		'wc-shopconnect/v1',
		'/storefront',
		array(
			'methods'             => 'PUT',
			'callback'            => __NAMESPACE__ . '\take_storefront',
			'permission_callback' => $may,
			'args'                => array(
				'key'    => pattern( '^[A-Za-z0-9_-]{8,100}$' ),
				'secret' => pattern( '^[0-9a-f]{64}$' ),
			),
		)
	);
	register_rest_field(
		'shop_order',
		'shopconnect',
		array(
			'get_callback' => __NAMESPACE__ . '\order_field',
			'schema'       => array(
				'type'     => 'object',
				'readonly' => true,
				'context'  => array( 'view', 'edit' ),
			),
		)
	);
}

/**
 * Return what an argument must look like.
 */
function pattern( string $pattern ): array {
	return array(
		'type'              => 'string',
		'required'          => true,
		'pattern'           => $pattern,
		'sanitize_callback' => 'sanitize_text_field',
		'validate_callback' => 'rest_validate_request_arg',
	);
}

/**
 * Return what this plugin is and whether pages bring the service's scripts.
 */
function status(): array {
	return array(
		'version'   => VERSION,
		'service'   => service(),
		'connected' => is_connected(),
	);
}

/**
 * Take the key by which pages reach the service, and the secret with which this server signs for it.
 *
 * Where the service stands is never taken from here: only the build or the merchant says that.
 *
 * @param \WP_REST_Request $request What came.
 */
function take_storefront( $request ): array {
	keep(
		array(
			'key'    => $request['key'],
			'secret' => $request['secret'],
		)
	);
	return status();
}

/**
 * Return what an order says of us.
 *
 * @param array $row An order as it is about to leave.
 */
function order_field( $row ): array {
	$order = wc_get_order( $row['id'] ?? 0 );
	return array( 'arm' => $order ? signed_arm( $order->get_meta( ARM ) ) : '' );
}
