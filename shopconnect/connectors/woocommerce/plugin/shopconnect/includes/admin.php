<?php
/**
 * The merchant's page: connect, and choose what shoppers see.
 *
 * @package ShopConnect
 */

namespace ShopConnect;

defined( 'ABSPATH' ) || exit;

const MAY = 'manage_woocommerce';

add_action(
	'admin_menu',
	function () {
		add_submenu_page( 'woocommerce', 'ShopConnect', 'ShopConnect', MAY, 'shopconnect', __NAMESPACE__ . '\show_page' );
	}
);

add_filter(
	'plugin_action_links_' . plugin_basename( FILE ),
	function ( $links ) {
		$link = '<a href="' . esc_url( page_url() ) . '">' . esc_html__( 'Settings', 'shopconnect' ) . '</a>';
		return array_merge( array( $link ), (array) $links );
	}
);

add_action( 'admin_post_shopconnect_save', __NAMESPACE__ . '\save_page' );

/**
 * Return where the merchant's page stands.
 */
function page_url(): string {
	return admin_url( 'admin.php?page=shopconnect' );
}

/**
 * Return where the service connects this shop. Nothing is sent there before the merchant follows it.
 */
function connect_url(): string {
	return service() . '/woocommerce/connect?site=' . rawurlencode( home_url() );
}

/**
 * Keep what the merchant chose.
 */
function save_page(): void {
	if ( ! current_user_can( MAY ) ) {
		wp_die( esc_html__( 'You are not allowed to change this.', 'shopconnect' ), 403 );
	}
	check_admin_referer( 'shopconnect_save' );
	$changes = array(
		'chat'  => isset( $_POST['chat'] ),
		'shelf' => isset( $_POST['shelf'] ),
	);
	if ( may_choose_service() && isset( $_POST['service'] ) ) {
		$service = untrailingslashit( esc_url_raw( wp_unslash( $_POST['service'] ), array( 'https' ) ) );
		if ( service() !== $service ) { // Another service knows nothing of this shop: what the last one gave is not for it.
			$changes += array_fill_keys( array( 'key', 'secret' ), '' );
		}
		$changes['service'] = $service;
	}
	keep( $changes );
	wp_safe_redirect( add_query_arg( 'saved', '1', page_url() ) );
	exit;
}

/**
 * Print the page.
 */
function show_page(): void {
	$settings = settings();
	?>
	<div class="wrap">
		<h1>ShopConnect</h1>
		<?php
		if ( isset( $_GET['saved'] ) ) { // phpcs:ignore WordPress.Security.NonceVerification.Recommended -- It only shows a sentence.
			wp_admin_notice( __( 'Saved.', 'shopconnect' ), array( 'type' => 'success' ) );
		}
		show_connection();
		?>
		<form method="post" action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>">
			<input type="hidden" name="action" value="shopconnect_save">
			<?php wp_nonce_field( 'shopconnect_save' ); ?>
			<h2><?php esc_html_e( 'What shoppers see', 'shopconnect' ); ?></h2>
			<p>
				<label><input type="checkbox" name="shelf" <?php checked( $settings['shelf'] ); ?>>
				<?php esc_html_e( 'Suggestions under each product', 'shopconnect' ); ?></label>
			</p>
			<p>
				<label><input type="checkbox" name="chat" <?php checked( $settings['chat'] ); ?>>
				<?php esc_html_e( 'The assistant’s button on each page', 'shopconnect' ); ?></label>
			</p>
			<p class="description"><?php esc_html_e( 'Place suggestions anywhere else with the ShopConnect blocks, or with the shortcode [shopconnect_shelf].', 'shopconnect' ); ?></p>
			<?php if ( may_choose_service() ) : ?>
				<h2><label for="shopconnect-service"><?php esc_html_e( 'Address of ShopConnect', 'shopconnect' ); ?></label></h2>
				<p><input class="regular-text" type="url" id="shopconnect-service" name="service" placeholder="https://" value="<?php echo esc_attr( $settings['service'] ); ?>"></p>
				<p class="description"><?php esc_html_e( 'Where you sign in to ShopConnect. It begins with https://.', 'shopconnect' ); ?></p>
			<?php endif; ?>
			<?php submit_button(); ?>
		</form>
	</div>
	<?php
}

/**
 * Print how the shop is connected, and the button that does it.
 */
function show_connection(): void {
	if ( '' === service() ) {
		echo '<p>' . esc_html__( 'First, enter the address of your ShopConnect below, and save.', 'shopconnect' ) . '</p>';
		return;
	}
	$host = (string) wp_parse_url( service(), PHP_URL_HOST );
	if ( is_connected() ) {
		/* translators: %s: the host of the service. */
		$sentence = sprintf( __( 'Your shop is connected to ShopConnect at %s.', 'shopconnect' ), $host );
		echo '<p>' . esc_html( $sentence ) . '</p>';
		echo '<p><a class="button" href="' . esc_url( service() ) . '">' . esc_html__( 'Open ShopConnect', 'shopconnect' ) . '</a> ';
		echo '<a href="' . esc_url( connect_url() ) . '">' . esc_html__( 'Connect again', 'shopconnect' ) . '</a></p>';
		return;
	}
	/* translators: %s: the host of the service. */
	$sentence = sprintf( __( 'You’ll go to %s to sign in or create an account, then come back here to approve. Nothing is sent before that.', 'shopconnect' ), $host );
	echo '<p>' . esc_html( $sentence ) . '</p>';
	echo '<p><a class="button button-primary" href="' . esc_url( connect_url() ) . '">' . esc_html__( 'Connect ShopConnect', 'shopconnect' ) . '</a></p>';
}
