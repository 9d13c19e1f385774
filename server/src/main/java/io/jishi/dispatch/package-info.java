/**
 * Dispatch: deliveries of paid orders and of restocks, couriers on shift, offers and assignments.
 *
 * <p>Owns the tables {@code dispatch_zone}, {@code courier}, {@code courier_position}, {@code delivery},
 * {@code delivery_offer}, {@code delivery_assignment} and {@code dispatch_event}. Uses {@code core}, {@code realtime}
 * and {@code database}; no other capability. Orders and shelves ask it for deliveries and listen to their stages
 * through the wiring in {@code Main}.
 *
 * <p>Any node answers a courier: it changes rows by compare-and-set and writes a {@code dispatch_event}. One node owns
 * each zone, by a lease: it alone makes and ends offers, and publishes.
 */
@NullMarked
@Uses({})
package io.jishi.dispatch;

import io.jishi.core.Uses;
import org.jspecify.annotations.NullMarked;
