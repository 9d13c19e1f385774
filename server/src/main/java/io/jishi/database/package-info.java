/**
 * The pool, transactions, migrations, batches of small requests, the clock of the cluster, and leases: rows with an epoch
 * by which one node owns a thing.
 */
@NullMarked
package io.jishi.database;

import org.jspecify.annotations.NullMarked;
