package io.jishi.edge;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;

/**
 * The node's measurements. Every part is given the {@link MeterRegistry} and declares what it measures where it happens;
 * Vert.x adds its HTTP servers, pools (the database's waiting time among them) and event bus, Micrometer the JVM.
 */
public final class Metrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /** For {@code Vertx.builder().withMetrics(...)}. */
    public VertxMetricsFactory factory() {
        return new MicrometerMetricsFactory(registry);
    }

    /** For {@code new VertxOptions().setMetricsOptions(...)}. */
    public MetricsOptions options() {
        return new MicrometerMetricsOptions().setEnabled(true).setJvmMetricsEnabled(true);
    }
}
