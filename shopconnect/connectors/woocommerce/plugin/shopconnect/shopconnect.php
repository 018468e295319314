<?php
/**
 * Plugin Name:          ShopConnect
 * Description:          Suggestions, an assistant and forecasts for your shop, from your ShopConnect account.
 * Version:              0.2.0
 * Requires at least:    6.4
 * Requires PHP:         7.4
 * Requires Plugins:     woocommerce
 * WC requires at least: 8.9
 * WC tested up to:      11.0
 * Author:               ShopConnect
 * License:              GPL-2.0-or-later
 * License URI:          https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:          shopconnect
 * Domain Path:          /languages
 *
 * @package ShopConnect
 */

namespace ShopConnect;

defined( 'ABSPATH' ) || exit;

const VERSION = '0.2.0';
const FILE    = __FILE__;

// The address of the service that built this file; empty where the merchant writes it.
const BUILT_FOR = '';

const PARTS = array( 'signing', 'settings', 'admin', 'arm', 'caches', 'deletions', 'privacy', 'rest', 'storefront', 'blocks', 'visitor' );

add_action(
	'plugins_loaded',
	function () {
		if ( ! class_exists( 'WooCommerce' ) ) {
			return; // A shop that is switched off for a while must not lose its other pages.
		}
		foreach ( PARTS as $part ) {
			require_once __DIR__ . "/includes/$part.php";
		}
	},
	5 // Before WooCommerce says that its blocks are loaded.
);

add_action(
	'before_woocommerce_init',
	function () {
		$features = '\Automattic\WooCommerce\Utilities\FeaturesUtil';
		if ( class_exists( $features ) ) {
			$features::declare_compatibility( 'custom_order_tables', FILE );
			$features::declare_compatibility( 'cart_checkout_blocks', FILE );
		}
	}
);

add_action(
	'init',
	function () {
		// Where WordPress has no translation of its own of a plugin, the one in its folder serves.
		load_plugin_textdomain( 'shopconnect', false, dirname( plugin_basename( FILE ) ) . '/languages' );
	}
);
