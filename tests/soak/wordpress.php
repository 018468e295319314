<?php
/**
 * As much of WordPress and WooCommerce as the plugin's signing and its arms need, without either: reads JSON from standard
 * input and writes what the plugin made of it.
 */

define( 'ABSPATH', '/' );

$hooks = array();

function add_action( $name, $function ) {
	global $hooks;
	$hooks[ $name ] = $function;
}

function woocommerce_store_api_register_update_callback( $said ) {
	global $hooks;
	$hooks[ 'extensions:' . $said['namespace'] ] = $said['callback'];
}

class Session {
	public $kept = array();

	public function get( $name ) {
		return $this->kept[ $name ] ?? null;
	}

	public function set( $name, $value ) {
		$this->kept[ $name ] = $value;
	}
}

class Order {
	public $meta = array();

	public function update_meta_data( $name, $value ) {
		$this->meta[ $name ] = $value;
	}

	public function delete_meta_data( $name ) {
		unset( $this->meta[ $name ] );
	}
}

function WC() {
	static $shop;
	$shop          = $shop ? $shop : new stdClass();
	$shop->session = $shop->session ?? new Session();
	return $shop;
}

$plugin = $argv[1];
require "$plugin/includes/signing.php";
require "$plugin/includes/arm.php";
$hooks['woocommerce_blocks_loaded']();

$ways = array( 'woocommerce_checkout_create_order', 'woocommerce_store_api_checkout_update_order_from_request' );
$said = json_decode( stream_get_contents( STDIN ), true );
$arms = array();
foreach ( $said['arms'] as $number => $arm ) {
	WC()->session = new Session();
	$hooks['extensions:shopconnect']( array( 'arm' => $arm ) );
	$order = new Order();
	$hooks[ $ways[ $number % 2 ] ]( $order );
	$arms[] = $order->meta['_shopconnect_arm'] ?? '';
}

echo json_encode(
	array(
		'php'      => PHP_VERSION,
		'customer' => ShopConnect\signed_customer( $said['secret'], $said['customer'], $said['until'] ),
		'order'    => ShopConnect\signed_order( $said['secret'], $said['order'] ),
		'arms'     => $arms,
	)
);
