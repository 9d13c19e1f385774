package io.jishi.edge;

import io.jishi.realtime.Json;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** What those who run the server look at: health, metrics, the description of the routes. */
public final class OperationRoutes {
    private OperationRoutes() {}

    public static void add(HttpEdge edge, Health health, PrometheusMeterRegistry registry) {
        Buffer description = description();
        edge.get("/health/live", context -> Answers.json(context, 200, Buffer.buffer("{\"live\":true}")))
                .get("/health/ready", context -> ready(context, health))
                .get(
                        "/metrics",
                        context -> Answers.send(
                                context,
                                200,
                                "text/plain; version=0.0.4; charset=utf-8",
                                Buffer.buffer(registry.scrape())))
                .get(
                        "/openapi.yaml",
                        context -> Answers.send(context, 200, "application/yaml; charset=utf-8", description));
    }

    private static void ready(RoutingContext context, Health health) {
        health.report()
                .onSuccess(report -> Answers.json(context, report.ready() ? 200 : 503, Json.encode(report)))
                .onFailure(context::fail);
    }

    static Buffer description() {
        try (InputStream in = Objects.requireNonNull(OperationRoutes.class.getResourceAsStream("/openapi.yaml"))) {
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
