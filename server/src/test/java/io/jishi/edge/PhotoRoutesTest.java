package io.jishi.edge;

import static io.jishi.edge.HttpAnswers.expect;
import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.accounts.User;
import io.jishi.aftersales.Pictures;
import io.jishi.core.Id;
import io.jishi.core.Role;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Photos of cases over HTTP. */
class PhotoRoutesTest {
    private static final String PATH = "/api/aftersales/photo";
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
    @DisplayName(
            "[AS11] over HTTP a photo is a file of the type that its content has, for those alone whom the case concerns")
    void photo() {
        Id<User> buyer = world.accounts.ids.next();
        Id<?> id = aCase(buyer);
        byte[] png = Pictures.png().getBytes();
        HttpResponse<String> added = send("?case=" + id + "&key=a", png, buyer, Role.VIEWER);
        assertThat(added.statusCode()).isEqualTo(200);
        String photo = added.body().replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
        byte[] large = Pictures.longPng().getBytes();
        assertThat(large).hasSizeGreaterThan(100_000);
        assertThat(send("?case=" + id + "&key=b", large, buyer, Role.VIEWER).statusCode())
                .isEqualTo(200);
        HttpResponse<String> got = get("?id=" + photo, buyer, Role.VIEWER);
        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.headers().firstValue("Content-Type")).contains("image/png");
        assertThat(got.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(got.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"" + photo + ".png\"");
        assertThat(got.headers().firstValue("Content-Security-Policy")).contains("default-src 'none'; sandbox");
        assertThat(get("?id=" + photo, world.accounts.ids.next(), Role.STAFF).statusCode())
                .isEqualTo(200);
        expect(get("?id=" + photo, world.accounts.ids.next(), Role.VIEWER), 404, 404, "not_found");
        expect(get("?id=" + id, buyer, Role.VIEWER), 404, 404, "not_found");
        expect(world.get(PATH + "?id=" + photo), 401, 101, "unauthorized");
    }

    @Test
    @DisplayName("[AS11] over HTTP what is no photo, too long, for another's case or without a case is refused")
    void refused() {
        Id<User> buyer = world.accounts.ids.next();
        Id<?> id = aCase(buyer);
        byte[] svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".getBytes();
        expect(send("?case=" + id + "&key=a", svg, buyer, Role.VIEWER), 415, 1507, "not_a_photo");
        expect(send("?case=" + id + "&key=a", new byte[1_048_577], buyer, Role.VIEWER), 413, 413, "too_large");
        expect(
                send("?case=" + id + "&key=a", Pictures.png().getBytes(), world.accounts.ids.next(), Role.VIEWER),
                404,
                1500,
                "case_not_found");
        expect(send("?key=a", svg, buyer, Role.VIEWER), 400, 107, "bad_request");
        expect(send("?case=x&key=a", svg, buyer, Role.VIEWER), 400, 107, "bad_request");
        assertThat(send("?case=" + id + "&key=%20", svg, buyer, Role.VIEWER).statusCode())
                .isEqualTo(400);
        expect(get("", buyer, Role.VIEWER), 400, 107, "bad_request");
    }

    private static HttpResponse<String> send(String query, byte[] body, Id<User> who, Role role) {
        return world.send(world.request(PATH + query)
                .header("Authorization", "Bearer " + world.accounts.token(who, role))
                .POST(BodyPublishers.ofByteArray(body)));
    }

    private static HttpResponse<String> get(String query, Id<User> who, Role role) {
        return world.get(PATH + query, "Authorization", "Bearer " + world.accounts.token(who, role));
    }

    private static Id<?> aCase(Id<User> buyer) {
        Id<?> id = world.accounts.ids.next();
        world.accounts
                .database
                .execute(
                        "INSERT INTO orders (id, buyer, sale, turn, key, sku, name_zh, name_en, quantity, unit_price_minor,"
                                + " currency, stage, created_at, pay_before, paid_at, delivered_at) SELECT "
                                + id.value() + ", "
                                + buyer.value()
                                + ", 1, 1, 'k', 1, '茶', 'tea', 1, 100, 'CNY', 'closed', now(), now(), now(), now()")
                .await();
        world.accounts
                .database
                .execute(
                        "INSERT INTO aftersales_case (id, order_id, buyer, key, kind, reason, sku, name_zh, name_en, quantity,"
                                + " amount_minor, currency, remedy, stage, opened_at, due_at) SELECT " + id.value()
                                + ", "
                                + id.value() + ", " + buyer.value()
                                + ", 'k', 'return', 'other', 1, '茶', 'tea', 1, 100, 'CNY', 'refund', 'requested', now(), now()")
                .await();
        return id;
    }
}
