<?php
/**
 * Plugins that make pages faster are told to leave our one script as it is: moved or held back, it would speak too late.
 *
 * @package ShopConnect
 */

namespace ShopConnect;

defined( 'ABSPATH' ) || exit;

const SCRIPT      = 'shopconnect'; // The script's handle.
const SCRIPT_PATH = 'shopconnect/assets/storefront.js';

// WP Rocket, LiteSpeed Cache and Perfmatters go by parts of addresses.
const BY_PATH = array(
	'rocket_exclude_js',
	'rocket_exclude_defer_js',
	'rocket_delay_js_exclusions',
	'litespeed_optimize_js_excludes',
	'litespeed_optm_js_defer_exc',
	'perfmatters_delay_js_exclusions',
);

// Cloudflare's Rocket Loader, LiteSpeed Cache and WP Rocket go by what stands on a tag.
const LEFT_ALONE = array(
	'data-cfasync'     => 'false',
	'data-no-optimize' => '1',
	'data-no-defer'    => '1',
	'nowprocket'       => '',
);

// SiteGround Optimizer goes by handles.
const BY_HANDLE = array( 'sgo_js_minify_exclude', 'sgo_js_async_exclude', 'sgo_javascript_combine_exclude' );

foreach ( BY_PATH as $shopconnect_filter ) {
	add_filter( $shopconnect_filter, __NAMESPACE__ . '\with_path' );
}
foreach ( BY_HANDLE as $shopconnect_filter ) {
	add_filter( $shopconnect_filter, __NAMESPACE__ . '\with_handle' );
}
add_filter( 'autoptimize_filter_js_exclude', __NAMESPACE__ . '\with_path_in_text' );

/**
 * Add the script's path to a list.
 *
 * @param mixed $known What is left alone already.
 */
function with_path( $known ): array {
	return array_merge( (array) $known, array( SCRIPT_PATH ) );
}

/**
 * Add the script's handle to a list.
 *
 * @param mixed $known What is left alone already.
 */
function with_handle( $known ): array {
	return array_merge( (array) $known, array( SCRIPT ) );
}

/**
 * Add the script's path to what Autoptimize leaves alone: a text with commas, or a map.
 *
 * @param mixed $known What is left alone already.
 * @return mixed
 */
function with_path_in_text( $known ) {
	return is_array( $known ) ? $known + array( SCRIPT_PATH => '' ) : trim( "$known, " . SCRIPT_PATH, ', ' );
}
