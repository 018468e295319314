<?php
/**
 * What holds for one visitor only, and therefore stands in no page: pages are cached. The script asks for it late.
 *
 * It is no route of WordPress's REST API, which lets pages of any other site read what it answers to a visitor's cookies.
 *
 * @package ShopConnect
 */

namespace ShopConnect;

defined( 'ABSPATH' ) || exit;

add_action( 'wc_ajax_shopconnect_visitor', __NAMESPACE__ . '\send_visitor' );

/**
 * Answer who is signed in, signed for an hour, what lies in the cart, country, currency and a nonce for the Store API.
 */
function send_visitor(): void {
	wc_maybe_define_constant( 'DONOTCACHEPAGE', true );
	do_action( 'litespeed_control_set_nocache', 'shopconnect' ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals.NonPrefixedHooknameFound -- LiteSpeed's.
	nocache_headers();
	header( 'Cache-Control: no-store, private' );
	if ( ! is_connected() ) {
		wp_send_json( array(), 404 );
	}
	$user     = get_current_user_id();
	$customer = WC()->customer;
	wp_send_json(
		array(
			'customer' => $user ? signed_customer( settings()['secret'], $user, time() + HOUR_IN_SECONDS ) : '',
			'cart'     => cart_products(),
			'arm'      => signed_arm( WC()->session ? WC()->session->get( ARM_IN_SESSION ) : '' ),
			'country'  => $customer ? ( $customer->get_shipping_country() ? $customer->get_shipping_country() : $customer->get_billing_country() ) : '',
			'currency' => get_woocommerce_currency(),
			'nonce'    => wp_create_nonce( 'wc_store_api' ),
			'order'    => thanked_order(),
		)
	);
}

/**
 * Return the products in the cart, each once, by the ids under which the service knows them.
 *
 * @return string[]
 */
function cart_products(): array {
	$items = WC()->cart ? WC()->cart->get_cart() : array();
	return products_of( array_column( $items, 'product_id' ) );
}

/**
 * Return the order that a page thanks for, signed; null for whoever does not know its key.
 */
function thanked_order(): ?array {
	// phpcs:disable WordPress.Security.NonceVerification.Recommended -- The order's own key says that it is theirs.
	$order = isset( $_GET['order'] ) ? wc_get_order( absint( $_GET['order'] ) ) : false;
	$key   = isset( $_GET['key'] ) ? sanitize_text_field( wp_unslash( $_GET['key'] ) ) : '';
	// phpcs:enable
	if ( ! $order instanceof \WC_Order || ! hash_equals( $order->get_order_key(), $key ) || $order->has_status( 'failed' ) ) {
		return null;
	}
	$products = array();
	foreach ( $order->get_items() as $item ) {
		$products[] = $item->get_product_id();
	}
	return array(
		'order'    => signed_order( settings()['secret'], $order->get_id() ),
		'products' => products_of( $products ),
		'value'    => $order->get_total(),
		'currency' => $order->get_currency(),
	);
}

/**
 * Return ids of products, each once, as the service knows them.
 *
 * @param int[] $ids Ids of this language.
 * @return string[]
 */
function products_of( array $ids ): array {
	return array_values( array_unique( array_map( 'strval', array_map( __NAMESPACE__ . '\main_id', array_filter( $ids ) ) ) ) );
}

/**
 * Return the id under which the service knows a product in all its languages: the oldest of them.
 */
function main_id( int $id ): int {
	if ( function_exists( 'pll_get_post_translations' ) ) {
		return min( array_merge( array( $id ), array_values( pll_get_post_translations( $id ) ) ) );
	}
	// phpcs:disable WordPress.NamingConventions.PrefixAllGlobals.NonPrefixedHooknameFound -- WPML's.
	$group  = apply_filters( 'wpml_element_trid', null, $id, 'post_product' );
	$others = $group ? (array) apply_filters( 'wpml_get_element_translations', array(), $group, 'post_product' ) : array();
	// phpcs:enable
	return min( array_merge( array( $id ), array_map( 'intval', array_values( wp_list_pluck( $others, 'element_id' ) ) ) ) );
}
