package io.jishi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/SPEC.md and the tests say the same: every rule is shown by a test, and every test that cites a rule cites one. */
class SpecTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern RULE = Pattern.compile("^- \\*\\*([A-Z]{2}\\d+)\\*\\* \\S.*\\.$", Pattern.MULTILINE);
    private static final Pattern RULE_LIKE = Pattern.compile("^- \\*\\*.*$", Pattern.MULTILINE);
    /** A display name of JUnit, or the name of a test of the web client, that begins with a citation. */
    private static final Pattern CITATION =
            Pattern.compile("(?:DisplayName\\(|\\bname =|\\b(?:it|test|describe)\\()\\s*[\"'`]((?:\\[[A-Z]{2}\\d+])+)");

    private static final Pattern NUMBER = Pattern.compile("[A-Z]{2}\\d+");

    @Test
    @DisplayName("[AR4] every rule of docs/SPEC.md is cited by a test, and every cited rule is there")
    void citations() {
        Set<String> rules = new TreeSet<>(rules(read(ROOT.resolve("docs/SPEC.md"))));
        Set<String> cited = new TreeSet<>();
        for (Path file : tests()) {
            cited.addAll(citations(read(file)));
        }
        assertThat(difference(rules, cited)).as("rules that no test cites").isEmpty();
        assertThat(difference(cited, rules))
                .as("cited rules that are not in docs/SPEC.md")
                .isEmpty();
        assertThat(rules).hasSizeGreaterThan(100);
    }

    @Test
    @DisplayName("[AR4] every rule has a number of its own and is one or more sentences")
    void form() {
        String specification = read(ROOT.resolve("docs/SPEC.md"));
        assertThat(rules(specification)).doesNotHaveDuplicates();
        assertThat(RULE_LIKE.matcher(specification).results().map(found -> found.group()))
                .allSatisfy(line -> assertThat(line).matches(RULE));
    }

    @Test
    @DisplayName("[AR4] rules and citations are recognised, and nothing else is")
    void recognition() {
        assertThat(rules("# T\n- **FS3** The last unit is sold once.\n- **FS4** No stop\n- FS5 No number.\n"))
                .containsExactly("FS3");
        // written with # for [ so that this file does not cite what it talks about
        String source = """
                @DisplayName("#FS3] one")
                @DisplayName(
                        "#FS4]#RT1] two")
                @ParameterizedTest(name = "#FS6] {0}")
                String text = "#FS5] no test";
                test('#WE1] three', () => {})
                """.replace('#', '[');
        assertThat(citations(source)).containsExactlyInAnyOrder("FS3", "FS4", "FS6", "RT1", "WE1");
    }

    private static List<String> rules(String specification) {
        return RULE.matcher(specification)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static Set<String> citations(String source) {
        Set<String> cited = new TreeSet<>();
        Matcher names = CITATION.matcher(source);
        while (names.find()) {
            NUMBER.matcher(names.group(1)).results().forEach(found -> cited.add(found.group()));
        }
        return cited;
    }

    private static List<Path> tests() {
        List<Path> tests = new ArrayList<>();
        tests.addAll(files(ROOT.resolve("server/src/test/java"), ".java"));
        tests.addAll(files(ROOT.resolve("load-tests/src"), ".java"));
        tests.addAll(files(ROOT.resolve("web-client/src"), ".test.ts"));
        tests.addAll(files(ROOT.resolve("web-client/src"), ".test.tsx"));
        return tests;
    }

    private static List<Path> files(Path folder, String ending) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(file -> file.toString().endsWith(ending)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> difference(Set<String> some, Set<String> others) {
        Set<String> left = new TreeSet<>(some);
        left.removeAll(others);
        return left;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
