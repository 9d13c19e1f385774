/**
 * The kernel's vocabulary: ids, money, outcomes, time and randomness. No I/O, no Vert.x, depends on nothing of Jishi.
 */
@NullMarked
package io.jishi.core;

import org.jspecify.annotations.NullMarked;
