/**
 * Benchmarks of whole processes: each measures Jishi and a baseline in the same run, on the same machine, in turns, and
 * states the ratio. {@link io.jishi.bench.Benchmark} is the seam; the implementations are listed in
 * {@code META-INF/services/io.jishi.bench.Benchmark}, one line each.
 */
@NullMarked
package io.jishi.bench;

import org.jspecify.annotations.NullMarked;
