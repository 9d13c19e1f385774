package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Json;
import io.jishi.realtime.Method;
import io.jishi.realtime.TestAuthorization;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    @DisplayName("[HT2] every error is one JSON object with code, name, sentence and perhaps the field")
    void errorBody() {
        HttpResponse<String> wrong = world.post("/api/login", "{\"name\":\"nobody\",\"password\":\"x\"}");
        expect(wrong, 401, 1001, "wrong_credentials");
        assertThat(wrong.headers().firstValue("Content-Type")).contains("application/json; charset=utf-8");
        HttpResponse<String> missing = world.post("/api/login", "{\"name\":\"nobody\"}");
        expect(missing, 400, 107, "bad_request");
        assertThat(json(missing).at("/error/field").asText()).isEqualTo("password");
        assertThat(json(missing).at("/error/message").asText()).isEqualTo("The field password is required.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "7",
                "{\"name\":\"ab\",\"password\":\"x\",\"extra\":1}",
                "{\"name\":\"ab\",\"name\":\"ab\",\"password\":\"x\"}",
                "{\"name\":{\"a\":1},\"password\":\"x\"}",
                "{\"name\":\"ab\",\"password\":\"x\"}{}",
                "{\"name\":\"a\\u0000b\",\"password\":\"x\"}"
            })
    @DisplayName("[HT2] a body that is not of the route's shape is a bad request")
    void badBodies(String body) {
        expect(world.post("/api/login", body), 400, 107, "bad_request");
    }

    @Test
    @DisplayName("[HT2] a deeply nested body is a bad request")
    void nestedBody() {
        expect(world.post("/api/login", "{\"name\":" + "[".repeat(10_000)), 400, 107, "bad_request");
    }

    @Test
    @DisplayName("[HT3] a body beyond the limit is turned away, by its length or while it arrives")
    void longBodies() {
        String longBody = "{\"name\":\"" + "x".repeat(70_000) + "\"}";
        expect(world.post("/api/login", longBody), 413, 413, "too_large");
        HttpResponse<String> streamed = world.send(world.request("/api/login")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(longBody))));
        expect(streamed, 413, 413, "too_large");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/json; charset=gbk",
                "application/jsonp",
                "application/json-patch+json"
            })
    @DisplayName("[HT4] a body of another type than JSON in UTF-8 is turned away unread")
    void otherTypes(String type) {
        HttpResponse<String> answer = world.send(world.request("/api/login")
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString("{\"name\":\"nobody\",\"password\":\"x\"}")));
        expect(answer, 415, 415, "unsupported_media_type");
    }

    @Test
    @DisplayName("[HT4] JSON may name its encoding, and a body without a type is turned away")
    void types() {
        for (String type :
                List.of("application/json", "Application/JSON;charset=UTF-8", "application/json; charset=\"utf-8\"")) {
            HttpResponse<String> answer = world.send(
                    world.request("/api/logout").header("Content-Type", type).POST(BodyPublishers.ofString("{}")));
            expect(answer, 400, 107, "bad_request");
        }
        expect(
                world.send(world.request("/api/login").POST(BodyPublishers.ofString("{}"))),
                415,
                415,
                "unsupported_media_type");
    }

    @Test
    @DisplayName("[HT5] an unknown path is 404, and another method on a known one 405 that names the right ones")
    void unknown() {
        expect(world.get("/api"), 405, 405, "method_not_allowed");
        expect(world.get("/api/nothing"), 404, 404, "not_found");
        expect(world.post("/api/nothing", "{}"), 404, 404, "not_found");
        expect(world.post("/nothing", "{}"), 404, 404, "not_found");
        expect(world.get("/health/other"), 404, 404, "not_found");
        expect(world.get("/nothing.js"), 404, 404, "not_found");
        HttpResponse<String> get = world.get("/api/login");
        expect(get, 405, 405, "method_not_allowed");
        assertThat(get.headers().firstValue("Allow")).contains("POST");
        HttpResponse<String> delete = world.send(world.request("/health/live").DELETE());
        expect(delete, 405, 405, "method_not_allowed");
        assertThat(delete.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    @DisplayName(
            "[HT6] every route of the authorisation table is served or unknown for everybody alike, and lets in whom it says")
    void everyRouteForEveryRole() {
        Authorization table = Authorization.shipped();
        List<String> rows = table.rows().keySet().stream()
                .filter(row -> row.startsWith("route "))
                .toList();
        assertThat(rows).hasSizeGreaterThan(10);
        Set<String> served = world.edge.rows();
        assertThat(rows).containsAll(served);
        for (String row : rows) {
            for (Role role : Role.values()) {
                int status = status(world, row, role);
                boolean turnedAway = status == 401 || status == 403;
                assertThat(turnedAway)
                        .as(row + " as " + role)
                        .isEqualTo(!table.rows().get(row).contains(role));
            }
        }
    }

    @Test
    @DisplayName("[HT6] a route that the table closes to a role turns it away: a guest to log in, others for good")
    void closedRoutes() {
        List<String> lines = new ArrayList<>();
        lines.add("what,guest,viewer,host,courier,operator,staff,admin,device");
        Authorization.shipped().rows().keySet().forEach(row -> lines.add(row + ",-,-,-,-,-,-,y,-"));
        try (EdgeWorld closed =
                new EdgeWorld(Settings.defaults(), TestAuthorization.of(lines.toArray(String[]::new)), edge -> {})) {
            for (String row : closed.edge.rows()) {
                assertThat(status(closed, row, Role.GUEST)).as(row).isEqualTo(401);
                for (Role role : Role.values()) {
                    int expected = role == Role.GUEST ? 401 : 403;
                    if (role != Role.ADMIN) {
                        assertThat(status(closed, row, role))
                                .as(row + " as " + role)
                                .isEqualTo(expected);
                    }
                }
                assertThat(status(closed, row, Role.ADMIN)).as(row).isNotIn(401, 403);
            }
            String path = "/health/live";
            String token = token(closed, Role.ADMIN);
            expect(closed.get(path, "Authorization", "Bearer " + token + "x"), 401, 101, "unauthorized");
            expect(closed.get(path, "Authorization", "Basic " + token), 401, 101, "unauthorized");
            assertThat(closed.get(path, "Authorization", "bearer " + token).statusCode())
                    .isEqualTo(200);
            closed.accounts.now.set(closed.accounts.now.get().plus(Duration.ofHours(1)));
            expect(closed.get(path, "Authorization", "Bearer " + token), 401, 109, "token_expired");
        }
    }

    @Test
    @DisplayName("[HT6] a route without a row in the table, or declared twice, stops the start")
    void routesWithoutRow() {
        HttpEdge edge = new HttpEdge(
                world.vertx,
                Settings.defaults(),
                Authorization.shipped(),
                world.accounts.tokens,
                world.metrics.registry());
        Route<Method.Nothing, Method.Nothing> unknown =
                Route.post("/api/unknown", Method.Nothing.class, Method.Nothing.class, "Not in the table.");
        assertThatThrownBy(() -> edge.add(unknown, request -> Future.succeededFuture()))
                .hasMessageContaining("route POST /api/unknown");
        AccountRoutes.add(edge, world.accounts.accounts);
        assertThatThrownBy(() -> AccountRoutes.add(edge, world.accounts.accounts))
                .hasMessageContaining("declared twice");
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

    @ParameterizedTest
    @ValueSource(strings = {"/", "/rooms/0abc", "/ops", "/登录", "/healthy"})
    @DisplayName("[HT10] a path without a dot is a page of the client, which is asked for anew each time")
    void pages(String path) {
        String encoded = path.equals("/登录") ? "/%E7%99%BB%E5%BD%95" : path;
        HttpResponse<String> page = world.get(encoded);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<title>集市</title>");
        assertThat(header(page, "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
        HttpResponse<String> same = world.get(encoded, "If-None-Match", header(page, "ETag"));
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
    }

    @Test
    @DisplayName("[HT10] files named by their content are kept for good, others are asked for anew")
    void files() {
        HttpResponse<String> script = world.get("/assets/index-AbCd1234.js");
        assertThat(script.body()).isEqualTo("console.log(\"hi\");\n");
        assertThat(header(script, "Content-Type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(header(script, "Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
        HttpResponse<String> icon = world.get("/icon.svg");
        assertThat(header(icon, "Content-Type")).isEqualTo("image/svg+xml");
        assertThat(header(icon, "Cache-Control")).isEqualTo("no-cache");
    }

    @Test
    @DisplayName("[HT10] HEAD answers as GET does, without the body")
    void head() {
        for (String path : List.of("/", "/icon.svg", "/health/live", "/openapi.yaml")) {
            HttpResponse<String> head = world.send(world.request(path).method("HEAD", BodyPublishers.noBody()));
            HttpResponse<String> get = world.get(path);
            assertThat(head.statusCode()).as(path).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(header(head, "Content-Length")).isEqualTo(header(get, "Content-Length"));
            assertThat(header(head, "Content-Type")).isEqualTo(header(get, "Content-Type"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../logback.xml",
                "/assets/../../authorization.csv",
                "/%2e%2e/authorization.csv",
                "/..%2fauthorization.csv",
                "/..%5cauthorization.csv",
                "/assets/..%252f..%252fauthorization.csv",
                "//authorization.csv",
                "/./../authorization.csv",
                "/authorization.csv%00.svg",
                "/%",
                "/%zz",
                "/%c0%ae%c0%ae/authorization.csv",
                "http://127.0.0.1/../authorization.csv",
                "*",
                "authorization.csv"
            })
    @DisplayName(
            "[HT11] a hostile path reaches nothing but what the client's build holds, and ends in an ordinary error")
    void hostilePaths(String path) {
        String answer = world.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answer).matches("(?s)HTTP/1.1 (400|404) .*").doesNotContain("rpc accounts.me");
        assertThat(answer).contains("\"error\"");
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

    @Test
    @DisplayName("[HT13] without configuration no other origin may read answers; a configured one may, and no other")
    void crossOrigin() {
        HttpResponse<String> closed = world.get("/health/live", "Origin", "https://shop.example");
        assertThat(closed.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        Settings settings =
                Settings.defaults().with(HttpSettings.ALLOWED_ORIGINS, "https://shop.example, http://localhost:5173");
        try (EdgeWorld open = new EdgeWorld(settings, Authorization.shipped(), edge -> {})) {
            HttpResponse<String> let = open.post("/api/login", "{}", "Origin", "https://shop.example");
            assertThat(let.statusCode()).isEqualTo(400);
            assertThat(header(let, "Access-Control-Allow-Origin")).isEqualTo("https://shop.example");
            assertThat(let.headers().firstValue("Access-Control-Allow-Credentials"))
                    .isEmpty();
            HttpResponse<String> preflight = open.send(open.request("/api/login")
                    .headers("Origin", "http://localhost:5173", "Access-Control-Request-Method", "POST")
                    .method("OPTIONS", BodyPublishers.noBody()));
            assertThat(preflight.statusCode()).isEqualTo(204);
            assertThat(header(preflight, "Access-Control-Allow-Headers")).contains("Content-Type");
            for (String origin :
                    List.of("https://shop.example.evil", "https://evil", "null", "https://shop.example:444")) {
                HttpResponse<String> kept = open.post("/api/login", "{}", "Origin", origin);
                assertThat(kept.headers().firstValue("Access-Control-Allow-Origin"))
                        .as(origin)
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "shop.example", "https://shop.example/", "https://", "https://a b"})
    @DisplayName("[HT13] an allowed origin that is none stops the start")
    void badOrigins(String origin) {
        Settings settings = Settings.defaults().with(HttpSettings.ALLOWED_ORIGINS, origin);
        assertThatThrownBy(() -> HttpSettings.allowedOrigins(settings)).hasMessageContaining("http.allowed-origins");
    }

    private static int status(EdgeWorld world, String row, Role role) {
        String[] parts = row.split(" ");
        var request = world.request(parts[2])
                .method(parts[1], parts[1].equals("POST") ? BodyPublishers.ofString("[]") : BodyPublishers.noBody());
        if (parts[1].equals("POST")) {
            request.header("Content-Type", "application/json");
        }
        if (role != Role.GUEST) {
            request.header("Authorization", "Bearer " + token(world, role));
        }
        return world.send(request).statusCode();
    }

    private static String token(EdgeWorld world, Role role) {
        return world.accounts.token(Id.of(7), role);
    }

    private static String[] extended(String... rows) {
        List<String> lines = new ArrayList<>();
        lines.add("what,guest,viewer,host,courier,operator,staff,admin,device");
        Authorization.shipped().rows().keySet().forEach(row -> lines.add(row + ",y,y,y,y,y,y,y,y"));
        lines.addAll(List.of(rows));
        return lines.toArray(String[]::new);
    }

    private static void expect(HttpResponse<String> answer, int status, int code, String name) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode body = json(answer);
        assertThat(fields(body)).containsExactly("error");
        assertThat(fields(body.get("error")))
                .contains("code", "name", "message")
                .isSubsetOf("code", "name", "message", "field");
        assertThat(body.at("/error/code").asInt()).isEqualTo(code);
        assertThat(body.at("/error/name").asText()).isEqualTo(name).isLowerCase();
        assertThat(body.at("/error/message").asText()).endsWith(".").doesNotContain("\n");
        assertThat(name).isEqualTo(name.toLowerCase(Locale.ROOT));
    }

    private static List<String> fields(JsonNode node) {
        return node.properties().stream().map(java.util.Map.Entry::getKey).toList();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.tree(Buffer.buffer(answer.body()));
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
