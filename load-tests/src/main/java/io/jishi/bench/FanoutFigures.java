package io.jishi.bench;

import java.time.Duration;

/**
 * What one side gave in one span of time.
 *
 * @param cpu what its server used
 * @param latency from when messages were due to be sent until they were heard
 */
record FanoutFigures(Duration cpu, long deliveries, Duration time, FanoutCrowd.Report latency) {
    private static final double NANOS = 1e9;
    private static final double MICROS_PER_MILLI = 1e3;

    double deliveriesPerCpuSecond() {
        return deliveries * NANOS / cpu.toNanos();
    }

    double cpuMicrosPerDelivery() {
        return cpu.toNanos() / 1e3 / deliveries;
    }

    double deliveriesPerSecond() {
        return deliveries * NANOS / time.toNanos();
    }

    double p50Millis() {
        return latency.usual().p50() / MICROS_PER_MILLI;
    }

    double p99Millis() {
        return latency.usual().p99() / MICROS_PER_MILLI;
    }

    double urgentP99Millis() {
        return latency.urgent().p99() / MICROS_PER_MILLI;
    }

    @Override
    public String toString() {
        return Table.number(deliveriesPerSecond()) + " deliveries/s, " + Table.number(deliveriesPerCpuSecond())
                + " a CPU-second, p99 " + Table.number(p99Millis()) + " ms"
                + (latency.urgent().count() == 0 ? "" : ", urgent " + Table.number(urgentP99Millis()) + " ms");
    }
}
