package io.jishi.aftersales;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.aftersales.CaseFile.Evidence;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.realtime.Caller;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Texts and photos of cases. */
class EvidenceTest extends AfterSalesWorld {
    @Test
    @DisplayName(
            "[AS11] PNG, JPEG and WebP are known by their content; what only says so, is cut, or goes on behind, is none")
    void types() {
        assertThat(Photos.typeOf(Pictures.png())).contains(Photos.PNG);
        assertThat(Photos.typeOf(Pictures.jpeg())).contains(Photos.JPEG);
        assertThat(Photos.typeOf(Pictures.webp())).contains(Photos.WEBP);
        Buffer html = Buffer.buffer("<html><script>alert(1)</script></html>");
        Buffer mark = Pictures.png().slice(0, 8);
        List<Buffer> hostile = List.of(
                Buffer.buffer(),
                html,
                Buffer.buffer("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"),
                Buffer.buffer("GIF89a").appendBuffer(html),
                Buffer.buffer().appendBuffer(mark).appendBuffer(html),
                Pictures.png().appendBuffer(html),
                Pictures.png().slice(0, Pictures.png().length() - 5),
                Pictures.jpeg().appendBuffer(html),
                Pictures.jpeg().slice(0, 40),
                Buffer.buffer(new byte[] {(byte) 0xFF, (byte) 0xD8})
                        .appendBuffer(html)
                        .appendBytes(new byte[] {(byte) 0xFF, (byte) 0xD9}),
                Pictures.webp().appendBuffer(html),
                Buffer.buffer("RIFF").appendIntLE(100).appendString("WEBPVP8L").appendBuffer(html),
                Buffer.buffer("%PDF-1.7\n"));
        for (Buffer bytes : hostile) {
            assertThat(Photos.typeOf(bytes)).as(bytes.toString()).isEmpty();
        }
        for (Buffer whole : List.of(Pictures.png(), Pictures.jpeg(), Pictures.webp())) {
            for (int length = 0; length < whole.length(); length++) {
                assertThat(Photos.typeOf(whole.slice(0, length)))
                        .as("cut at " + length)
                        .isEmpty();
            }
        }
    }

    @Test
    @DisplayName(
            "[AS11] photos are for those whom the case concerns; they are bounded in length and number, also at once")
    void photos() {
        Caller buyer = caller(Role.VIEWER);
        JsonNode order = delivered(buyer, skus(5).getFirst(), 1, true);
        Id<Case> id = Id.parse(open(buyer, order, "return", 1));
        Id<Evidence> photo = done(add(buyer, id, "a", Pictures.png()));
        assertThat(done(add(buyer, id, "a", Pictures.png()))).as("sent again").isEqualTo(photo);
        for (Caller one : List.of(buyer, host, staff, admin)) {
            assertThat(afterSales.photo(one, photo).await().orElseThrow().bytes())
                    .isEqualTo(Pictures.png());
        }
        for (Caller other : List.of(caller(Role.VIEWER), caller(Role.HOST), caller(Role.COURIER))) {
            assertThat(afterSales.photo(other, photo).await()).isEmpty();
            assertThat(add(other, id, "b", Pictures.png()))
                    .isEqualTo(Outcome.refused(AfterSalesRefusal.CASE_NOT_FOUND));
        }
        assertThat(add(buyer, id, "b", Buffer.buffer("<svg/>")))
                .isEqualTo(Outcome.refused(AfterSalesRefusal.NOT_A_PHOTO));
        assertThat(add(buyer, id, "b", Buffer.buffer(new byte[1_048_577])))
                .isEqualTo(Outcome.refused(AfterSalesRefusal.PHOTO_TOO_LONG));
        List<Future<Outcome<Id<Evidence>>>> many = IntStream.range(0, 12)
                .mapToObj(i -> afterSales.addPhoto(i % 2 == 0 ? buyer : staff, id, "k" + i, Pictures.jpeg()))
                .toList();
        Future.join(many).await();
        assertThat(many.stream().filter(each -> each.result() instanceof Outcome.Done))
                .hasSize(8);
        act(buyer, "withdraw", id.toString());
        assertThat(add(staff, id, "late", Pictures.png()))
                .isEqualTo(Outcome.refused(AfterSalesRefusal.NOT_AT_THIS_STAGE));
        JsonNode evidence = act(buyer, "get", id.toString()).get("evidence");
        assertThat(evidence.findValuesAsText("type")).hasSize(10).contains("text", "image/png", "image/jpeg");
    }

    @Test
    @DisplayName("[AS12] texts and photos stand sealed in the database, and in no event")
    void sealed() {
        Caller buyer = caller(Role.VIEWER);
        JsonNode order = delivered(buyer, skus(5).getFirst(), 1, true);
        Id<Case> id = Id.parse(open(buyer, order, "return", 1));
        Id<Evidence> photo = done(add(buyer, id, "a", Pictures.png()));
        for (Object one : database.execute("SELECT content FROM aftersales_evidence WHERE case_id = " + id.value())
                .await()) {
            String content =
                    ((io.vertx.sqlclient.Row) one).getBuffer(0).toString(java.nio.charset.StandardCharsets.ISO_8859_1);
            assertThat(content).doesNotContain("a crack").doesNotContain("IHDR");
        }
        sweepUntil(() -> !heard(buyer).isEmpty());
        assertThat(count("SELECT count(*) FROM order_event WHERE message LIKE '%a crack%'"))
                .isZero();
        database.execute("UPDATE aftersales_evidence SET content = (SELECT content FROM aftersales_evidence WHERE id = "
                        + photo.value() + ") WHERE case_id = " + id.value() + " AND type = 'text'")
                .await();
        assertThat(calling(buyer, "aftersales.get", of(id.toString())).await().toString())
                .as("moved to another row it does not open")
                .contains("100");
        database.execute("DELETE FROM aftersales_evidence WHERE case_id = " + id.value() + " AND type = 'text'")
                .await();
        assertThat(new EvidenceStore(database).contents().changeKeys().await()).isZero();
    }

    private Outcome<Id<Evidence>> add(Caller caller, Id<Case> id, String key, Buffer bytes) {
        return afterSales.addPhoto(caller, id, key, bytes).await();
    }

    private static Id<Evidence> done(Outcome<Id<Evidence>> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        return ((Outcome.Done<Id<Evidence>>) outcome).result();
    }
}
