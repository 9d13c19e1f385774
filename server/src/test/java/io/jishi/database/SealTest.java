package io.jishi.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jishi.core.Destination;
import io.jishi.core.Invalid;
import io.jishi.core.Place;
import io.jishi.core.Settings;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealTest {
    private static final String FIRST = "k1:" + "01".repeat(32);
    private static final String SECOND = "k2:" + "02".repeat(32);
    private static final String TEXT = "愚园路 1088 弄 7 号";

    private static Seal seal(String keys) {
        return Seal.of(Settings.defaults().with(Seal.KEYS, keys));
    }

    @Test
    @DisplayName("[OR17] a sealed text opens for its own row only, is another one each time, and shows nothing")
    void opensForItsRow() {
        Seal seal = seal(FIRST);
        Buffer sealed = seal.seal("payment:1", TEXT);
        assertThat(seal.open("payment:1", sealed)).isEqualTo(TEXT);
        assertThat(seal.seal("payment:1", TEXT)).isNotEqualTo(sealed);
        assertThat(sealed.toString(StandardCharsets.UTF_8)).doesNotContain("1088");
        assertThatThrownBy(() -> seal.open("payment:2", sealed))
                .isInstanceOf(Seal.Broken.class)
                .hasMessageContaining("payment:2")
                .hasMessageNotContaining("1088");
    }

    @Test
    @DisplayName("[OR17] a text of which a single bit was changed, or that is cut short, does not open")
    void altered() {
        Seal seal = seal(FIRST);
        byte[] sealed = seal.seal("payment:1", "x").getBytes();
        for (int bit = 0; bit < 8 * sealed.length; bit++) {
            byte[] altered = sealed.clone();
            altered[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> seal.open("payment:1", Buffer.buffer(altered)))
                    .as("bit %d", bit)
                    .isInstanceOf(Seal.Broken.class);
        }
        for (int length = 0; length < sealed.length; length++) {
            Buffer cut = Buffer.buffer(sealed).getBuffer(0, length);
            assertThatThrownBy(() -> seal.open("payment:1", cut)).isInstanceOf(Seal.Broken.class);
        }
    }

    @Test
    @DisplayName("[OR18] the first key seals and all open; what is under a key that is gone says which one that was")
    void keys() {
        Buffer old = seal(FIRST).seal("payment:1", TEXT);
        Seal both = seal(SECOND + ", " + FIRST);
        assertThat(both.open("payment:1", old)).isEqualTo(TEXT);
        Buffer fresh = both.seal("payment:1", TEXT);
        assertThat(seal(SECOND).open("payment:1", fresh)).isEqualTo(TEXT);
        assertThatThrownBy(() -> seal(SECOND).open("payment:1", old)).isInstanceOf(Seal.Broken.class);
    }

    @ParameterizedTest(name = "[OR19] keys that cannot be read are refused by the name of their setting: {0}")
    @ValueSource(
            strings = {
                "0101010101010101010101010101010101010101010101010101010101010101",
                "k1:01",
                "k1:zz01010101010101010101010101010101010101010101010101010101010101",
                "k1:0101010101010101010101010101010101010101010101010101010101010101,",
                ":0101010101010101010101010101010101010101010101010101010101010101",
                "development:0101010101010101010101010101010101010101010101010101010101010101",
            })
    void refused(String keys) {
        assertThatThrownBy(() -> Seal.KEYS.parse().apply(keys))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("database.seal-keys")
                .hasMessageNotContaining("0101");
        assertThatThrownBy(() -> Seal.KEYS.parse().apply(FIRST + "," + FIRST)).isInstanceOf(Invalid.class);
    }

    @Test
    @DisplayName("[OR20] a mask shows no more than half, and as a text a destination shows nothing")
    void masks() {
        Destination to = new Destination(new Place(31.5, 121.5), TEXT, "+86 139 1777 2468");
        assertThat(to.maskedAddress()).isEqualTo("愚园路 ***");
        assertThat(to.maskedPhone()).isEqualTo("***2468");
        assertThat(to.toString()).doesNotContain("1088", "2468", "31.5");
        Destination brief = new Destination(new Place(31.5, 121.5), "7", "110");
        assertThat(brief.maskedAddress()).isEqualTo("***");
        assertThat(brief.maskedPhone()).isEqualTo("***0");
        assertThat(new Destination(new Place(31.5, 121.5), null, null).maskedPhone())
                .isNull();
    }
}
