/**
 * Who belongs to whom: viewers follow hosts, and staff make people members of the shop. Owns the tables {@code follow},
 * {@code follow_count} and {@code member}; uses the kernel and the accounts.
 *
 * <p>A follow is the viewer's own doing and counts from the moment at which it began; a membership is granted, has a tier
 * and a date since when. Both are asked for many people at once, so that a rush costs few statements.
 */
@NullMarked
@Uses({"accounts"})
package io.jishi.community;

import io.jishi.core.Uses;
import org.jspecify.annotations.NullMarked;
