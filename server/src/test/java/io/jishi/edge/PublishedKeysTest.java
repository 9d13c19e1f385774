package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jishi.outbound.OutboundHttp;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PublishedKeysTest {
    private final Vertx vertx = Vertx.vertx();
    private final OutboundHttp http = new OutboundHttp(vertx);
    private final HttpServer server = vertx.createHttpServer()
            .requestHandler(request -> {
                switch (request.path()) {
                    case "/keys" -> request.response().end("{\"keys\":[]}");
                    case "/endless" -> request.response().end("x".repeat(300_000));
                    default -> request.response().setStatusCode(404).end();
                }
            })
            .listen(0, "127.0.0.1")
            .await();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private String fetch(String path) {
        return new PublishedKeys(http, "http://127.0.0.1:" + server.actualPort() + path)
                .fetch()
                .await();
    }

    @Test
    @DisplayName("[AC21] published keys are read over HTTP; no answer, another answer and an endless one are failures")
    void fetches() {
        assertThat(fetch("/keys")).isEqualTo("{\"keys\":[]}");
        assertThatThrownBy(() -> fetch("/elsewhere")).hasMessageContaining("404");
        assertThatThrownBy(() -> fetch("/endless")).isInstanceOf(Exception.class);
        assertThatThrownBy(() -> new PublishedKeys(http, "http://127.0.0.1:1/keys")
                        .fetch()
                        .await())
                .isInstanceOf(Exception.class);
    }
}
