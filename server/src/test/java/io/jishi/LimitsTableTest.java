package io.jishi;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Setting;
import io.jishi.realtime.DisconnectCode;
import io.jishi.realtime.ProtocolError;
import io.jishi.realtime.UnsubscribeCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The table of limits in docs/OPERATIONS.md names what there is: settings, codes, meters and rules. */
class LimitsTableTest {
    private static final Path DOCUMENT = Path.of("../docs/OPERATIONS.md");
    private static final Path SPECIFICATION = Path.of("../docs/SPEC.md");
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Set<String> OF_HTTP = Set.of("403", "413", "429", "closed");

    private record Row(String attack, String bound, String answer, String counter, String rule) {}

    private static List<Row> rows(String document) {
        List<Row> rows = new ArrayList<>();
        String table = document.substring(document.indexOf("<!-- limits:"));
        for (String line :
                table.lines().skip(4).takeWhile(line -> line.startsWith("|")).toList()) {
            String[] cells = line.substring(1).split("\\|");
            List<String> texts = Arrays.stream(cells)
                    .map(cell -> cell.strip().replace("`", ""))
                    .toList();
            rows.add(new Row(texts.get(0), texts.get(1), texts.get(2), texts.get(3), texts.get(4)));
        }
        return rows;
    }

    private static String sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            StringBuilder all = new StringBuilder();
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                all.append(Files.readString(file));
            }
            return all.toString();
        }
    }

    private static Set<String> codes() {
        return Stream.of(
                        Arrays.stream(DisconnectCode.values()).map(DisconnectCode::code),
                        Arrays.stream(ProtocolError.values()).map(ProtocolError::code),
                        Arrays.stream(UnsubscribeCode.values()).map(UnsubscribeCode::code))
                .flatMap(code -> code)
                .map(String::valueOf)
                .collect(Collectors.toSet());
    }

    @Test
    @DisplayName("[HT21] every limit of the table has a setting, a declared code, a meter and a rule that there are")
    void rows() throws IOException {
        List<Row> rows = rows(Files.readString(DOCUMENT));
        String sources = sources();
        String specification = Files.readString(SPECIFICATION);
        Set<String> settings = Configuration.ALL.stream().map(Setting::name).collect(Collectors.toSet());
        Set<String> codes = codes();
        assertThat(rows).hasSizeGreaterThan(20);
        for (Row row : rows) {
            assertThat(row.bound())
                    .as(row.attack())
                    .satisfiesAnyOf(
                            bound -> assertThat(bound).isEmpty(),
                            bound -> assertThat(settings).contains(bound));
            assertThat(row.answer())
                    .as(row.attack())
                    .satisfiesAnyOf(
                            answer -> assertThat(codes).contains(answer),
                            answer -> assertThat(OF_HTTP).contains(answer));
            assertThat(sources).as(row.attack()).contains("\"" + row.counter() + "\"");
            assertThat(specification).as(row.attack()).contains("**" + row.rule() + "**");
        }
    }
}
