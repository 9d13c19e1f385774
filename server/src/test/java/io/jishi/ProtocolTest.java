package io.jishi;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.jishi.core.Refusal;
import io.jishi.realtime.DisconnectCode;
import io.jishi.realtime.UnsubscribeCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

    @Test
    @DisplayName("[PR5] every close code that is declared has a use")
    void usedCodes() {
        JavaClasses server = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.jishi");
        assertThat(unused(server, DisconnectCode.class)).isEmpty();
        assertThat(unused(server, UnsubscribeCode.class)).isEmpty();
        JavaClasses declarationsAlone = new ClassFileImporter().importClasses(DisconnectCode.class);
        assertThat(unused(declarationsAlone, DisconnectCode.class)).hasSameSizeAs(DisconnectCode.values());
    }

    private static <E extends Enum<E>> List<String> unused(JavaClasses server, Class<E> codes) {
        JavaClass declaration = server.get(codes);
        return Stream.of(codes.getEnumConstants())
                .map(Enum::name)
                .filter(code -> declaration.getField(code).getAccessesToSelf().stream()
                        .allMatch(access -> access.getOriginOwner().equals(declaration)))
                .toList();
    }

    private static void once(Map<Integer, String> names, Refusal refusal) {
        assertThat(refusal.code()).isBetween(1_000, 1_999);
        assertThat(names.merge(refusal.code(), refusal.name(), (a, b) -> a.equals(b) ? a : a + " and " + b))
                .doesNotContain(" and ");
    }
}
