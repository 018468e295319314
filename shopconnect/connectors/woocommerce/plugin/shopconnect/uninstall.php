<?php
/**
 * Leave nothing behind: the webhooks that tell the service, the keys that let it in, the letters on orders, the options.
 *
 * @package ShopConnect
 */

namespace ShopConnect;

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

if ( is_multisite() ) {
	$shopconnect_sites = get_sites(
		array(
			'fields' => 'ids',
			'number' => 0,
		)
	);
	foreach ( $shopconnect_sites as $shopconnect_site ) {
		switch_to_blog( $shopconnect_site );
		leave();
		restore_current_blog();
	}
} else {
	leave();
}

/**
 * Remove all that is ours from one site. WooCommerce may be away, so its tables are asked themselves.
 */
function leave(): void {
	global $wpdb;
	// phpcs:disable WordPress.DB.DirectDatabaseQuery, WordPress.DB.PreparedSQL.InterpolatedNotPrepared -- Names of tables.
	$tables = $wpdb->get_col( $wpdb->prepare( 'SHOW TABLES LIKE %s', $wpdb->esc_like( $wpdb->prefix ) . '%' ) );
	if ( in_array( "{$wpdb->prefix}wc_webhooks", $tables, true ) ) {
		$ours = $wpdb->get_col( $wpdb->prepare( "SELECT webhook_id FROM {$wpdb->prefix}wc_webhooks WHERE name LIKE %s AND delivery_url LIKE %s", 'ShopConnect %', '%/hooks/woocommerce/%' ) );
		foreach ( $ours as $id ) {
			if ( function_exists( 'wc_get_webhook' ) && wc_get_webhook( $id ) ) {
				wc_get_webhook( $id )->delete( true ); // What WooCommerce remembers of it goes too.
			} else {
				$wpdb->delete( "{$wpdb->prefix}wc_webhooks", array( 'webhook_id' => $id ) );
			}
		}
	}
	if ( in_array( "{$wpdb->prefix}woocommerce_api_keys", $tables, true ) ) {
		$wpdb->query( $wpdb->prepare( "DELETE FROM {$wpdb->prefix}woocommerce_api_keys WHERE description LIKE %s", 'ShopConnect - API (%' ) );
	}
	if ( in_array( "{$wpdb->prefix}wc_orders_meta", $tables, true ) ) {
		$wpdb->delete( "{$wpdb->prefix}wc_orders_meta", array( 'meta_key' => '_shopconnect_arm' ) ); // phpcs:ignore WordPress.DB.SlowDBQuery.slow_db_query_meta_key
	}
	// phpcs:enable
	delete_post_meta_by_key( '_shopconnect_arm' );
	delete_option( 'shopconnect' );
}
