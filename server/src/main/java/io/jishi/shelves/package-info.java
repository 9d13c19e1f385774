/**
 * Unmanned shelves: their devices report weight, stock, temperature and door; each shelf has a twin, alerts, and is
 * restocked when it runs low. Owns the tables {@code shelf}, {@code shelf_slot}, {@code telemetry}, {@code shelf_twin},
 * {@code shelf_shard} and {@code shelf_alert} and the channels {@code shelf:{id}} and {@code shelves:{group}}. Uses the
 * kernel alone: credentials, names of SKUs and restock deliveries come in through the seams {@link
 * io.jishi.shelves.DeviceCredentials}, {@link io.jishi.shelves.SkuNames} and {@link io.jishi.shelves.Restocking}.
 *
 * <p>A message's way: {@code Shelves} (the method) → {@code ReportBatches} (one statement for the reports of many
 * devices; acknowledged after its commit) → {@code TelemetryStore} → {@code ShardOwner} (on the one node that owns the
 * shelf's shard: reads what was committed in the order of transactions) → {@code ShelfRules} (pure: twin and alerts) →
 * channels. The owner's memory is ahead of what it has written, never of what is committed: another owner starts at the
 * written cursor and comes to the same twin, as the twin depends on which messages there are, not on their order.
 */
@NullMarked
@Uses({})
package io.jishi.shelves;

import io.jishi.core.Uses;
import org.jspecify.annotations.NullMarked;
