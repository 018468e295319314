<?php
/**
 * WordPress's own tools for personal data: what this plugin keeps of a person in the shop, and a text for its policy.
 *
 * What the service keeps, it exports and erases itself: WordPress's erasure of a customer reaches it as a change.
 *
 * @package ShopConnect
 */

namespace ShopConnect;

defined( 'ABSPATH' ) || exit;

const MOST_ORDERS = 50; // On one page of an export or erasure.

add_filter(
	'wp_privacy_personal_data_exporters',
	function ( $exporters ) {
		return (array) $exporters + array(
			'shopconnect' => array(
				'exporter_friendly_name' => 'ShopConnect',
				'callback'               => __NAMESPACE__ . '\export_person',
			),
		);
	}
);

add_filter(
	'wp_privacy_personal_data_erasers',
	function ( $erasers ) {
		// Before WooCommerce's own, after which an order no longer says whose it was.
		return array(
			'shopconnect' => array(
				'eraser_friendly_name' => 'ShopConnect',
				'callback'             => __NAMESPACE__ . '\erase_person',
			),
		) + (array) $erasers;
	},
	PHP_INT_MAX
);

add_action(
	'admin_init',
	function () {
		if ( function_exists( 'wp_add_privacy_policy_content' ) ) {
			wp_add_privacy_policy_content( 'ShopConnect', wp_kses_post( wpautop( policy_text() ) ) );
		}
	}
);

/**
 * Return what a shop may say of it.
 */
function policy_text(): string {
	return __( 'We use ShopConnect to suggest products and to answer questions. It receives products, orders and customer accounts from our shop. What you view is shared with it only after you agree, and what you write to the assistant only when you send it. An order may carry one letter that says which version of a test you saw.', 'shopconnect' );
}

/**
 * Return the orders of a person that carry a letter.
 *
 * @return \WC_Order[]
 */
function orders_of( string $email, int $page ): array {
	return wc_get_orders(
		array(
			'customer' => $email,
			'limit'    => MOST_ORDERS,
			'paged'    => $page,
			'orderby'  => 'ID',
			'order'    => 'ASC',
		)
	);
}

/**
 * Export which version of a test a person saw, by order.
 *
 * @param string $email Whose.
 * @param int    $page  From 1.
 */
function export_person( $email, $page = 1 ): array {
	$orders = orders_of( (string) $email, (int) $page );
	$found  = array();
	foreach ( $orders as $order ) {
		$arm = signed_arm( $order->get_meta( ARM ) );
		if ( $arm ) {
			$found[] = array(
				'group_id'    => 'shopconnect',
				'group_label' => 'ShopConnect',
				'item_id'     => 'shopconnect-order-' . $order->get_id(),
				'data'        => array(
					array(
						'name'  => __( 'Order', 'shopconnect' ),
						'value' => $order->get_order_number(),
					),
					array(
						'name'  => __( 'Version of a test', 'shopconnect' ),
						'value' => $arm[0],
					),
				),
			);
		}
	}
	return array(
		'data' => $found,
		'done' => count( $orders ) < MOST_ORDERS,
	);
}

/**
 * Take the letters off a person's orders.
 *
 * @param string $email Whose.
 * @param int    $page  From 1.
 */
function erase_person( $email, $page = 1 ): array {
	$orders = orders_of( (string) $email, (int) $page );
	$erased = false;
	foreach ( $orders as $order ) {
		if ( $order->meta_exists( ARM ) ) {
			$order->delete_meta_data( ARM );
			$order->save_meta_data();
			$erased = true;
		}
	}
	return array(
		'items_removed'  => $erased,
		'items_retained' => false,
		'messages'       => array(),
		'done'           => count( $orders ) < MOST_ORDERS,
	);
}
