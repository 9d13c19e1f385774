package io.jishi.edge;

import static io.jishi.edge.HttpAnswers.expect;
import static io.jishi.edge.HttpAnswers.fields;
import static io.jishi.edge.HttpAnswers.header;
import static io.jishi.edge.HttpAnswers.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Outcome;
import io.jishi.core.Settings;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Method;
import io.jishi.realtime.TestAuthorization;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Log-ins over HTTP, deadlines, faults, headers and their limits. */
class HttpEdgeTest {
    private static EdgeWorld world;

    @BeforeAll
    static void open() {
        world = new EdgeWorld();
    }

    @AfterAll
    static void close() {
        world.close();
    }

    @Test
    @DisplayName("[HT1] registering, logging in, refreshing and logging out work over HTTP")
    void wholeLife() {
        HttpResponse<String> registered =
                world.post("/api/register", "{\"name\":\"whole\",\"password\":\"correct horse\",\"language\":\"en\"}");
        assertThat(registered.statusCode()).isEqualTo(200);
        JsonNode in = json(registered);
        assertThat(fields(in)).containsExactly("token", "expiresInSeconds", "refreshToken", "user");
        assertThat(in.at("/user/roles").toString()).isEqualTo("[\"viewer\"]");
        assertThat(in.at("/user/language").asText()).isEqualTo("en");
        JsonNode again = json(world.post("/api/login", "{\"name\":\"whole\",\"password\":\"correct horse\"}"));
        assertThat(again.at("/user/id")).isEqualTo(in.at("/user/id"));
        String token = "{\"refreshToken\":\"" + in.at("/refreshToken").asText() + "\"}";
        HttpResponse<String> refreshed = world.post("/api/refresh", token);
        assertThat(refreshed.statusCode()).isEqualTo(200);
        expect(world.post("/api/refresh", token), 401, 1004, "session_ended");
        String other = "{\"refreshToken\":\"" + again.at("/refreshToken").asText() + "\"}";
        HttpResponse<String> out = world.post("/api/logout", other);
        assertThat(out.statusCode()).isEqualTo(204);
        assertThat(out.body()).isEmpty();
        expect(world.post("/api/refresh", other), 401, 1004, "session_ended");
    }

    @Test
    @DisplayName("[HT1] a device logs in over HTTP and gets no refresh token")
    void device() {
        var credentials = world.accounts
                .database
                .transaction(world.accounts.accounts::createDevice)
                .await();
        String body = "{\"device\":\"" + credentials.device() + "\",\"secret\":\"%s\"}";
        JsonNode in = json(world.post("/api/devices/login", body.formatted(credentials.secret())));
        assertThat(fields(in)).containsExactly("token", "expiresInSeconds", "user");
        assertThat(in.at("/user/roles").toString()).isEqualTo("[\"device\"]");
        expect(world.post("/api/devices/login", body.formatted("wrong")), 401, 1001, "wrong_credentials");
    }

    @Test
    @DisplayName("[HT1] a payment notice is taken only where its signature fits the bytes as they were sent")
    void paymentNotice() throws Exception {
        String notice = "{ \"paymentId\":\"0000000000001\",\"approved\":true,\"amountMinor\":1,\"currency\":\"CNY\" }";
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(EdgeWorld.SANDBOX_SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signature = HexFormat.of().formatHex(mac.doFinal(notice.getBytes(StandardCharsets.UTF_8)));
        String path = "/api/payments/sandbox/callback";
        // Genuine, and so looked up: there is no such payment here.
        expect(world.post(path, notice, "X-Signature", signature), 400, 1207, "payment_not_known");
        expect(world.post(path, notice), 400, 1206, "payment_not_genuine");
        expect(
                world.post(path, notice.replace("1,", "2,"), "X-Signature", signature),
                400,
                1206,
                "payment_not_genuine");
    }

    @Test
    @DisplayName("[HT7] a request that takes too long is told so, whether its handler or its body is slow")
    void deadlines() {
        Promise<Outcome<Method.Nothing>> never = Promise.promise();
        Authorization table = TestAuthorization.of(extended("route POST /api/slow,y,y,y,y,y,y,y,y"));
        Route<Method.Nothing, Method.Nothing> slow =
                Route.post("/api/slow", Method.Nothing.class, Method.Nothing.class, "Never ends.");
        try (EdgeWorld hasty = new EdgeWorld(
                Settings.defaults().with(HttpSettings.REQUEST_SECONDS_MAX, 1),
                table,
                edge -> edge.add(slow, request -> never.future()))) {
            expect(hasty.post("/api/slow", "{}"), 503, 503, "timeout");
            String stalled = hasty.raw("POST /api/slow HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 10\r\n\r\n{");
            assertThat(stalled).startsWith("HTTP/1.1 503").contains("\"name\":\"timeout\"");
            never.complete(Outcome.done(new Method.Nothing()));
            assertThat(hasty.get("/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("[HT8] a fault is answered as one, without telling what it was")
    void faults() {
        Authorization table = TestAuthorization.of(
                extended("route POST /api/fails,y,y,y,y,y,y,y,y", "route POST /api/throws,y,y,y,y,y,y,y,y"));
        try (EdgeWorld faulty = new EdgeWorld(
                Settings.defaults(),
                table,
                edge -> edge.add(
                                Route.post("/api/fails", Method.Nothing.class, Method.Nothing.class, "Fails."),
                                request -> Future.failedFuture(new IllegalStateException("the secret is 42")))
                        .add(
                                Route.post("/api/throws", Method.Nothing.class, Method.Nothing.class, "Throws."),
                                request -> {
                                    throw new IllegalStateException("the secret is 42");
                                }))) {
            for (String path : List.of("/api/fails", "/api/throws")) {
                HttpResponse<String> answer = faulty.post(path, "{}");
                expect(answer, 500, 100, "internal");
                assertThat(answer.body()).doesNotContain("42");
            }
        }
    }

    @Test
    @DisplayName("[HT9] every answer has a request id, a good one that came with the request, and protective headers")
    void headers() {
        for (String path : List.of("/", "/api/nothing", "/health/live", "/assets/index-AbCd1234.js")) {
            HttpResponse<String> answer = world.get(path, "X-Request-Id", "trace-1");
            assertThat(header(answer, "X-Request-Id")).as(path).isEqualTo("trace-1");
            assertThat(header(answer, "Content-Security-Policy"))
                    .contains("default-src 'self'")
                    .contains("frame-ancestors 'none'")
                    .contains("connect-src 'self' ws: wss:")
                    .contains("img-src 'self' data: https:;")
                    .doesNotContain("unsafe");
            assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(header(answer, "Referrer-Policy")).isEqualTo("same-origin");
        }
        assertThat(header(world.get("/", "X-Request-Id", "a b\"c"), "X-Request-Id"))
                .matches("[0-9a-f]{1,16}");
        assertThat(header(world.get("/"), "X-Request-Id")).matches("[0-9a-f]{1,16}");
        assertThat(header(world.post("/api/login", "{}"), "Cache-Control")).isEqualTo("no-store");
    }

    @Test
    @DisplayName("[HT12] too long lines and headers, and what is no HTTP, are turned away and the connection closed")
    void headerLimits() {
        String end = " HTTP/1.1\r\nHost: x\r\n\r\n";
        assertThat(world.raw("GET /" + "x".repeat(9_000) + end))
                .matches("(?s)HTTP/1.[01] 414 .*")
                .contains("target_too_long");
        String longHeader = "GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + "x".repeat(20_000) + "\r\n\r\n";
        assertThat(world.raw(longHeader)).matches("(?s)HTTP/1.[01] 431 .*").contains("headers_too_large");
        String manyHeaders = "GET / HTTP/1.1\r\nHost: x\r\n" + "A: b\r\n".repeat(10_000) + "\r\n";
        assertThat(world.raw(manyHeaders)).matches("(?s)HTTP/1.[01] 431 .*");
        assertThat(world.raw("nonsense\r\n\r\n"))
                .matches("(?s)HTTP/1.[01] 400 .*")
                .contains("bad_request");
        String smuggled = "POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: 2\r\nContent-Length: 4\r\n\r\n{}GET /health/live HTTP/1.1\r\n\r\n";
        assertThat(world.raw(smuggled)).matches("(?s)HTTP/1.[01] 400 .*").doesNotContain("live");
        assertThat(world.get("/health/live").statusCode()).isEqualTo(200);
    }

    private static String[] extended(String... rows) {
        List<String> lines = new ArrayList<>();
        lines.add("what,guest,viewer,host,courier,operator,staff,admin,device");
        Authorization.shipped().rows().keySet().forEach(row -> lines.add(row + ",y,y,y,y,y,y,y,y"));
        lines.addAll(List.of(rows));
        return lines.toArray(String[]::new);
    }
}
