/**
 * The double-entry ledger: every movement of money, from which account to which. Owns the tables {@code ledger_entry}
 * and {@code ledger_posting}; uses the kernel.
 *
 * <p>An entry is written in the transaction of what it tells of. Its postings sum to zero in each currency: the
 * {@link io.jishi.ledger.Entry} refuses to be made otherwise, and so does the database before the commit. Entries are
 * only ever added; a mistake is made good by another entry. No balance is stored, so that no row is fought over: what an
 * account holds is the sum of its postings.
 */
@NullMarked
@Uses({})
package io.jishi.ledger;

import io.jishi.core.Uses;
import org.jspecify.annotations.NullMarked;
