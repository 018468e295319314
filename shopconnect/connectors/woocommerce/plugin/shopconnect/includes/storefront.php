<?php
/**
 * What pages of the shop bring: one script, whose tag says what the page is, and what the merchant placed.
 *
 * Pages are cached, so that they say the same to everybody.
 *
 * @package ShopConnect
 */

namespace ShopConnect;

defined( 'ABSPATH' ) || exit;

const MOST_LISTED = 12;

// A shelf's place is held open until the script is there, so that nothing on the page moves; but of those that most
// visits have nothing for.
const PLACE = '
@media (scripting: enabled) {
  shopconnect-shelf:not(:defined, [shelf=recent], [shelf=viewed], [shelf=for-you], [shelf=cart], [shelf=again]) { display: block; padding-bottom: calc(25% + 11.625rem); }
}
@media (scripting: enabled) and (max-width: 40rem) {
  shopconnect-shelf:not(:defined, [shelf=recent], [shelf=viewed], [shelf=for-you], [shelf=cart], [shelf=again]) { padding-bottom: calc(100% + 23.5rem); }
}';

add_action( 'wp_enqueue_scripts', __NAMESPACE__ . '\enqueue' );
add_action( 'wp_footer', __NAMESPACE__ . '\print_chat' );
add_filter( 'script_loader_tag', __NAMESPACE__ . '\marked', 10, 2 );
add_action( 'woocommerce_after_single_product_summary', __NAMESPACE__ . '\print_product_shelf', 15 );
add_filter( 'wp_consent_api_registered_' . plugin_basename( FILE ), '__return_true' );

/**
 * Bring the script, once the shop is connected.
 */
function enqueue(): void {
	if ( ! is_connected() ) {
		return;
	}
	$loading = array(
		'strategy'  => 'defer',
		'in_footer' => true,
	);
	wp_enqueue_script( SCRIPT, plugins_url( 'assets/storefront.js', FILE ), array(), VERSION, $loading );
	wp_register_style( SCRIPT, false, array(), VERSION );
	wp_enqueue_style( SCRIPT );
	wp_add_inline_style( SCRIPT, PLACE );
}

/**
 * Return what the script's tag says: where the service and this shop answer, and what the page is.
 *
 * @return array<string, string>
 */
function page_marks(): array {
	$marks = array(
		'data-loader'       => service() . '/w/' . settings()['key'] . '.js',
		'data-late'         => \WC_AJAX::get_endpoint( 'shopconnect_visitor' ),
		'data-cart-address' => rest_url( 'wc/store/v1/cart/extensions' ),
	);
	if ( is_product() ) {
		$marks['data-shopconnect-view'] = (string) main_id( get_queried_object_id() );
	} elseif ( is_order_received_page() ) {
		$marks['data-shopconnect-order'] = '';
	} elseif ( is_checkout() ) {
		$marks['data-shopconnect-checkout'] = '';
	} elseif ( is_search() ) {
		$marks['data-shopconnect-search'] = get_search_query( false );
	}
	return $marks;
}

/**
 * Write the marks on the script's tag, and those that make pages faster are told to leave it as it is.
 *
 * @param string $tag    The tag.
 * @param string $handle Whose.
 */
function marked( $tag, $handle ): string {
	if ( SCRIPT !== $handle ) {
		return $tag;
	}
	$marks = '';
	foreach ( page_marks() + LEFT_ALONE as $name => $value ) {
		$marks .= ' ' . $name . '="' . esc_attr( $value ) . '"';
	}
	return str_replace( '<script ', "<script$marks ", $tag );
}

/**
 * Print the assistant's button, where the merchant wants it.
 */
function print_chat(): void {
	if ( settings()['chat'] ) {
		echo chat(); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- An element and nothing in it.
	}
}

/**
 * Print suggestions under a product, where the merchant wants them.
 */
function print_product_shelf(): void {
	if ( settings()['shelf'] && is_connected() ) {
		echo '<div class="alignwide">' . shelf( array() ) . '</div>'; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- It escapes.
	}
}

/**
 * Return a shelf, escaped: about the page's own product or list, unless it says otherwise. "" until the shop is connected.
 *
 * @param array $wanted `shelf`, `product` and `heading`, all optional.
 */
function shelf( array $wanted ): string {
	if ( ! is_connected() ) {
		return '';
	}
	$product = absint( $wanted['product'] ?? 0 );
	if ( ! $product && is_product() ) {
		$product = get_queried_object_id();
	}
	$said = array(
		'shelf'   => sanitize_key( $wanted['shelf'] ?? '' ),
		'product' => $product ? (string) main_id( $product ) : '',
		'heading' => sanitize_text_field( $wanted['heading'] ?? '' ),
		'listed'  => implode( ',', listed() ),
	);
	$html = '<shopconnect-shelf';
	foreach ( array_filter( $said ) as $name => $value ) {
		$html .= ' ' . $name . '="' . esc_attr( $value ) . '"';
	}
	return $html . '></shopconnect-shelf>';
}

/**
 * Return the first products that a page of a category lists.
 *
 * @return string[]
 */
function listed(): array {
	global $wp_query;
	if ( ! is_product_taxonomy() ) {
		return array();
	}
	return products_of( array_slice( wp_list_pluck( $wp_query->posts, 'ID' ), 0, MOST_LISTED ) );
}
