<?php
/**
 * Blocks and shortcodes: a shelf, the assistant, the question of consent. The server prints them.
 *
 * @package ShopConnect
 */

namespace ShopConnect;

defined( 'ABSPATH' ) || exit;

add_action( 'init', __NAMESPACE__ . '\register_blocks' );
add_shortcode(
	'shopconnect_shelf',
	function ( $wanted ) {
		return shelf( (array) $wanted );
	}
);
add_shortcode( 'shopconnect_chat', __NAMESPACE__ . '\chat' );
add_shortcode( 'shopconnect_consent', __NAMESPACE__ . '\consent' );

/**
 * Register the blocks, and the script by which the editor shows them.
 */
function register_blocks(): void {
	$needs = array( 'wp-blocks', 'wp-block-editor', 'wp-components', 'wp-element' );
	wp_register_script( 'shopconnect-blocks', plugins_url( 'assets/blocks.js', FILE ), $needs, VERSION, true );
	if ( is_admin() ) {
		wp_localize_script( 'shopconnect-blocks', 'shopconnectBlocks', block_words() );
	}
	$printed_by = array(
		'shelf'   => __NAMESPACE__ . '\shelf_block',
		'chat'    => __NAMESPACE__ . '\chat',
		'consent' => __NAMESPACE__ . '\consent',
	);
	foreach ( $printed_by as $name => $print ) {
		register_block_type( dirname( FILE ) . "/blocks/$name", array( 'render_callback' => $print ) );
	}
}

/**
 * Return a shelf as wide as its block, "" until the shop is connected.
 *
 * @param array $wanted What was chosen in the editor.
 */
function shelf_block( array $wanted ): string {
	$shelf = shelf( $wanted );
	return $shelf ? '<div ' . get_block_wrapper_attributes() . ">$shelf</div>" : '';
}

/**
 * Return the assistant's button, "" until the shop is connected.
 */
function chat(): string {
	return is_connected() ? '<shopconnect-chat></shopconnect-chat>' : '';
}

/**
 * Return the question whether we may remember, "" until the shop is connected.
 */
function consent(): string {
	return is_connected() ? '<shopconnect-consent></shopconnect-consent>' : '';
}

/**
 * Return what the editor says, and which shelves there are.
 */
function block_words(): array {
	return array(
		'about'   => __( 'What it shows', 'shopconnect' ),
		'product' => __( 'Product ID (empty: the page’s own)', 'shopconnect' ),
		'heading' => __( 'Heading (empty: ours)', 'shopconnect' ),
		'shelf'   => __( 'Suggestions appear here on the page.', 'shopconnect' ),
		'chat'    => __( 'The assistant’s button appears at the bottom of the page.', 'shopconnect' ),
		'consent' => __( 'Shoppers are asked here whether ShopConnect may remember them.', 'shopconnect' ),
		'shelves' => array(
			''         => __( 'Related products', 'shopconnect' ),
			'similar'  => __( 'Similar products', 'shopconnect' ),
			'together' => __( 'Frequently bought together', 'shopconnect' ),
			'cart'     => __( 'Goes with the cart', 'shopconnect' ),
			'for-you'  => __( 'For this shopper', 'shopconnect' ),
			'viewed'   => __( 'Based on the last product viewed', 'shopconnect' ),
			'again'    => __( 'Buy again (signed-in customers)', 'shopconnect' ),
			'recent'   => __( 'Recently viewed', 'shopconnect' ),
			'trending' => __( 'Best sellers', 'shopconnect' ),
			'new'      => __( 'New arrivals', 'shopconnect' ),
			'sale'     => __( 'On sale', 'shopconnect' ),
		),
	);
}
