/** The pool, transactions, migrations, batches of small requests, and leases: rows with an epoch by which one node owns a thing. */
@NullMarked
package io.jishi.database;

import org.jspecify.annotations.NullMarked;
