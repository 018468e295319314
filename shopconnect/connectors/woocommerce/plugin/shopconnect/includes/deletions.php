<?php
/**
 * What is deleted for good is told: WooCommerce's webhooks tell only of what goes to the trash.
 *
 * @package ShopConnect
 */

namespace ShopConnect;

defined( 'ABSPATH' ) || exit;

const PRODUCT_DELETED = 'shopconnect_product_deleted';
const PRODUCT_CHANGED = 'shopconnect_product_changed';

add_filter(
	'woocommerce_webhook_topic_hooks',
	function ( $hooks ) {
		$ours = array(
			'product.deleted' => array( PRODUCT_DELETED ),
			'product.updated' => array( PRODUCT_CHANGED ),
			'order.deleted'   => array( 'woocommerce_before_delete_order' ),
		);
		return array_merge_recursive( (array) $hooks, $ours );
	}
);

add_action( 'before_delete_post', __NAMESPACE__ . '\say_product_deleted', 10, 2 );

/**
 * Tell that a product goes for good, or that one changes which loses a variation.
 *
 * @param int      $id   What is being deleted.
 * @param \WP_Post $post The same.
 */
function say_product_deleted( $id, $post ): void {
	if ( 'product' === $post->post_type ) {
		do_action( PRODUCT_DELETED, $id ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals.DynamicHooknameFound -- Its name begins with ours.
	} elseif ( 'product_variation' === $post->post_type && $post->post_parent ) {
		do_action( PRODUCT_CHANGED, $post->post_parent ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals.DynamicHooknameFound -- Its name begins with ours.
	}
}
