package io.jishi.edge;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.database.Database;
import io.jishi.database.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MetricsTest {
    @Test
    @DisplayName("[HT15] measurements are told in the text form of Prometheus, by route and status, never by path")
    void scrape() {
        try (EdgeWorld world = new EdgeWorld()) {
            world.post("/api/login", "{}");
            world.get("/some/page");
            world.get("/api/some-unknown-path");
            var answer = world.get("/metrics");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
            assertThat(answer.body())
                    .contains("jishi_http_requests_seconds_count{route=\"POST /api/login\",status=\"400\"} 1")
                    .contains("jishi_http_requests_seconds_count{route=\"GET page\",status=\"200\"} 1")
                    .contains("status=\"404\"} 1")
                    .doesNotContain("some-unknown-path");
        }
    }

    @Test
    @DisplayName("[HT15] Vert.x tells its servers and pools and the JVM its memory in the same registry")
    void vertxAndJvm() {
        Metrics metrics = new Metrics();
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions().setMetricsOptions(metrics.options()))
                .withMetrics(metrics.factory())
                .build();
        var server = vertx.createHttpServer()
                .requestHandler(request -> request.response().end())
                .listen(0)
                .await();
        vertx.createHttpClient()
                .request(io.vertx.core.http.HttpMethod.GET, server.actualPort(), "127.0.0.1", "/")
                .compose(io.vertx.core.http.HttpClientRequest::send)
                .await();
        try (TestDatabase testDatabase = TestDatabase.create()) {
            Database database = testDatabase.open(vertx);
            database.execute("SELECT 1").await();
            assertThat(metrics.registry().scrape())
                    .containsPattern("vertx_pool_queue_time_seconds_count\\{.*pool_type=\"sql\".*} 1")
                    .containsPattern("vertx_http_server_response_time_seconds_count\\{.*code=\"200\".*} 1")
                    .contains("jvm_memory_used_bytes");
            database.close().await();
        }
        vertx.close().await();
    }

    @Test
    @DisplayName("[HT15] a blocked event loop shows as lag")
    void lag() {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (EventLoopLag lag = EventLoopLag.watch(vertx, meters)) {
            var timer = meters.get("jishi.eventloop.lag").timer();
            await().atMost(10, SECONDS).until(() -> timer.count() > 0);
            CountDownLatch release = new CountDownLatch(1);
            vertx.runOnContext(ignored -> {
                try {
                    release.await(450, java.util.concurrent.TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().atMost(10, SECONDS).until(() -> timer.max(java.util.concurrent.TimeUnit.MILLISECONDS) >= 300);
        }
        vertx.close().await();
    }
}
