<?php
/**
 * As much of a network of WordPress sites as keeping settings and uninstalling needs: each site has its own options, its
 * own tables and its own meta of posts. Reads JSON from standard input and writes what is left on each site.
 */

define( 'ABSPATH', '/' );

$said    = json_decode( stream_get_contents( STDIN ), true );
$plugin  = $argv[1];
$current = 1;
$before  = array();
$sites   = array();

function is_multisite() {
	global $said;
	return $said['is_network'];
}

/** WordPress gives a hundred, unless it is told otherwise; 0 is all. */
function get_sites( $query ) {
	global $sites;
	$most = $query['number'] ?? 100;
	return 'ids' === $query['fields'] ? array_slice( array_keys( $sites ), 0, $most ? $most : null ) : array();
}

function switch_to_blog( $site ) {
	global $current, $before, $wpdb;
	$before[]     = $current;
	$current      = (int) $site;
	$wpdb->prefix = prefix_of( $current );
}

function restore_current_blog() {
	global $current, $before, $wpdb;
	$current      = array_pop( $before );
	$wpdb->prefix = prefix_of( $current );
}

function prefix_of( $site ) {
	return 1 === $site ? 'wp_' : "wp_{$site}_"; // The first site's begins the names of all others.
}

function get_option( $name, $otherwise = false ) {
	global $sites, $current;
	return $sites[ $current ]['options'][ $name ] ?? $otherwise;
}

function update_option( $name, $value ) {
	global $sites, $current;
	$sites[ $current ]['options'][ $name ] = $value;
}

function delete_option( $name ) {
	global $sites, $current;
	unset( $sites[ $current ]['options'][ $name ] );
}

function delete_post_meta_by_key( $name ) {
	global $sites, $current;
	$others                     = array_diff( $sites[ $current ]['meta'], array( $name ) );
	$sites[ $current ]['meta'] = array_values( $others );
}

/** Tables as rows by their names; of SQL it knows what uninstalling says. */
class Tables {
	public $prefix = 'wp_';
	public $rows   = array();

	public function esc_like( $text ) {
		return addcslashes( $text, '_%\\' );
	}

	public function prepare( $sql, ...$values ) {
		return vsprintf( str_replace( '%s', "'%s'", $sql ), $values );
	}

	public function get_col( $sql ) {
		if ( preg_match( "/^SHOW TABLES LIKE '(.*)'$/", $sql, $found ) ) {
			return array_values( array_filter( array_keys( $this->rows ), fn( $name ) => like( $name, $found[1] ) ) );
		}
		preg_match( '/^SELECT (\w+) FROM (\w+) WHERE (.*)$/', $sql, $found );
		return array_column( array_filter( $this->table( $found[2] ), fn( $row ) => fits( $row, $found[3] ) ), $found[1] );
	}

	public function query( $sql ) {
		preg_match( '/^DELETE FROM (\w+) WHERE (.*)$/', $sql, $found );
		$this->rows[ $found[1] ] = array_values( array_filter( $this->table( $found[1] ), fn( $row ) => ! fits( $row, $found[2] ) ) );
	}

	public function delete( $table, $where ) {
		$others               = array_filter( $this->table( $table ), fn( $row ) => array_intersect_assoc( $where, $row ) !== $where );
		$this->rows[ $table ] = array_values( $others );
	}

	private function table( $name ) {
		if ( ! isset( $this->rows[ $name ] ) ) {
			throw new Exception( "no table $name" );
		}
		return $this->rows[ $name ];
	}
}

function like( $text, $pattern ) {
	$parts = preg_split( '/(\\\\.|%|_)/', $pattern, -1, PREG_SPLIT_DELIM_CAPTURE );
	$wild  = array(
		'%' => '.*',
		'_' => '.',
	);
	$plain = fn( $part ) => $wild[ $part ] ?? preg_quote( preg_replace( '/^\\\\(.)$/', '$1', $part ), '/' );
	return 1 === preg_match( '/^' . implode( '', array_map( $plain, $parts ) ) . '$/s', $text );
}

function fits( $row, $conditions ) {
	foreach ( explode( ' AND ', $conditions ) as $condition ) {
		preg_match( "/^(\w+) LIKE '(.*)'$/", $condition, $found );
		if ( ! like( $row[ $found[1] ], $found[2] ) ) {
			return false;
		}
	}
	return true;
}

$wpdb = new Tables();

if ( $said['has_woocommerce'] ) {
	/** WooCommerce's own webhook, of the site at hand. */
	function wc_get_webhook( $id ) {
		return new class( $id ) {
			private $id;

			public function __construct( $id ) {
				$this->id = $id;
			}

			public function delete( $is_forced ) {
				global $wpdb;
				$wpdb->delete( "{$wpdb->prefix}wc_webhooks", array( 'webhook_id' => $this->id ) );
			}
		};
	}
}

foreach ( $said['sites'] as $site => $held ) {
	$sites[ $site ] = array( 'options' => $held['options'], 'meta' => $held['meta'] );
	foreach ( $held['tables'] as $name => $rows ) {
		$wpdb->rows[ prefix_of( $site ) . $name ] = $rows;
	}
}

function left() {
	global $sites, $wpdb;
	$left = array();
	foreach ( $sites as $site => $held ) {
		$left[ $site ] = $held + array( 'tables' => new stdClass() );
		foreach ( $wpdb->rows as $name => $rows ) {
			if ( preg_match( '/^' . prefix_of( $site ) . '(?!\d)(\w+)$/', $name, $found ) ) {
				$left[ $site ]['tables']->{$found[1]} = $rows;
			}
		}
	}
	return $left;
}

require "$plugin/includes/settings.php";
foreach ( $said['keys'] as $site => $key ) { // As the service gives them, each to its own site.
	switch_to_blog( $site );
	ShopConnect\keep( array( 'key' => $key ) );
	restore_current_blog();
}
$told = array();
foreach ( array_keys( $sites ) as $site ) {
	switch_to_blog( $site );
	$told[ $site ] = ShopConnect\settings()['key'];
	restore_current_blog();
}

define( 'WP_UNINSTALL_PLUGIN', 'shopconnect/shopconnect.php' );
require "$plugin/uninstall.php";

echo json_encode(
	array(
		'keys' => $told,
		'left' => left(),
		'site' => $current,
	)
);
