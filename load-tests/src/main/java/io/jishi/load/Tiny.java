package io.jishi.load;

import org.openjdk.jmh.annotations.Benchmark;

public class Tiny {
    @Benchmark
    public long time() {
        return System.nanoTime();
    }
}
