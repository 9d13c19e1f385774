package io.jishi;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ProtocolTest {
    private static final Path DOCUMENT = Path.of("../docs/PROTOCOL.md");

    @Test
    @DisplayName("[PR5] docs/PROTOCOL.md says what the code declares (rewrite it with -Dupdate.docs=true)")
    void document() throws IOException {
        String made;
        String there = Files.readString(DOCUMENT);
        try (ShopWorld world = new ShopWorld()) {
            made = new ProtocolDocument(world.methods, world.authorization).into(there);
        }
        if (Boolean.getBoolean("update.docs")) {
            Files.writeString(DOCUMENT, made);
        }
        assertThat(Boolean.getBoolean("update.docs") ? made : there).isEqualTo(made);
    }

    @Test
    @DisplayName("[PR6] every refusal has a code of its own, from 1000 to 1999")
    void refusalCodes() {
        Map<Integer, String> names = new HashMap<>();
        try (ShopWorld world = new ShopWorld()) {
            world.methods.declared().forEach(method -> method.refusals().forEach(refusal -> once(names, refusal)));
        }
        assertThat(names).isNotEmpty();
    }

    private static void once(Map<Integer, String> names, Refusal refusal) {
        assertThat(refusal.code()).isBetween(1_000, 1_999);
        assertThat(names.merge(refusal.code(), refusal.name(), (a, b) -> a.equals(b) ? a : a + " and " + b))
                .doesNotContain(" and ");
    }
}
