<?php
/**
 * The arm of an experiment that a shopper was in goes with the cart to the order: a letter that the service signed.
 *
 * @package ShopConnect
 */

namespace ShopConnect;

defined( 'ABSPATH' ) || exit;

const ARM            = '_shopconnect_arm'; // On an order.
const ARM_IN_SESSION = 'shopconnect_arm';

// From the page to the session, by the Store API, which checks its own nonce.
add_action(
	'woocommerce_blocks_loaded',
	function () {
		if ( function_exists( 'woocommerce_store_api_register_update_callback' ) ) {
			woocommerce_store_api_register_update_callback(
				array(
					'namespace' => 'shopconnect',
					'callback'  => __NAMESPACE__ . '\keep_arm',
				)
			);
		}
	}
);

// From the session to the order: the classic checkout, and the one of blocks.
add_action( 'woocommerce_checkout_create_order', __NAMESPACE__ . '\write_arm' );
add_action( 'woocommerce_store_api_checkout_update_order_from_request', __NAMESPACE__ . '\write_arm' );

/**
 * Keep a letter in the session, or forget the one that is there: who takes their yes back is in no arm.
 *
 * @param mixed $data What the page says.
 */
function keep_arm( $data ): void {
	$arm = signed_arm( is_array( $data ) ? ( $data['arm'] ?? '' ) : '' );
	if ( WC()->session ) {
		WC()->session->set( ARM_IN_SESSION, $arm ? $arm : null );
	}
}

/**
 * Write the session's letter on an order, which its caller saves.
 *
 * @param \WC_Order $order An order that is being placed.
 */
function write_arm( $order ): void {
	$arm = signed_arm( WC()->session ? WC()->session->get( ARM_IN_SESSION ) : '' );
	if ( $arm ) {
		$order->update_meta_data( ARM, $arm );
	} else {
		$order->delete_meta_data( ARM );
	}
}
