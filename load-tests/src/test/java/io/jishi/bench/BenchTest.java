package io.jishi.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final List<Path> used = new ArrayList<>();

    @Test
    void the_json_has_exactly_the_promised_keys(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("rows.json");
        assertThat(bench("small", "--json", file.toString(), "--set", "size=7")).isZero();
        JsonNode rows = new ObjectMapper().readTree(file.toFile());
        assertThat(rows).hasSize(2);
        for (JsonNode row : rows) {
            assertThat(row.fieldNames())
                    .toIterable()
                    .containsExactly("metric", "value", "unit", "against", "ratio", "target", "met");
        }
        assertThat(rows.get(0).path("value").asDouble()).isEqualTo(7);
        assertThat(rows.get(0).path("ratio").asDouble()).isEqualTo(2);
        assertThat(rows.get(0).path("met").asBoolean()).isFalse();
        assertThat(rows.get(1).path("value").isNull()).isTrue();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("metric", "small thing", "2", "ratio ≥ 3", "NO", "not measured: no such program");
    }

    @Test
    void a_benchmark_that_fails_makes_the_exit_code_1_and_its_folder_is_gone() {
        assertThat(bench()).isEqualTo(1);
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("broken failed: java.io.IOException: out of luck");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("small thing");
        assertThat(used)
                .isNotEmpty()
                .allSatisfy(directory -> assertThat(directory).doesNotExist());
    }

    @Test
    void a_wrong_argument_is_one_line_and_exit_code_2() {
        for (String[] arguments : new String[][] {
            {"unknown"},
            {"small", "more"},
            {"--json"},
            {"--what"},
            {"small", "--set", "x"},
            {"small", "--set", "size=many"}
        }) {
            errors.reset();
            assertThat(bench(arguments)).as(String.join(" ", arguments)).isEqualTo(2);
            assertThat(errors.toString(StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> line.startsWith("jishi: bench: ")))
                    .hasSize(1);
        }
    }

    @Test
    void the_list_names_each_with_a_line_and_its_duration() {
        assertThat(bench("--list")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(String.format(
                        "broken      about  90 s  fails%nsmall       about   1 s  measures next to nothing%n"));
    }

    @Test
    void every_registered_benchmark_has_a_name_a_line_and_a_duration() {
        assertThat(ServiceLoader.load(Benchmark.class)).allSatisfy(benchmark -> {
            assertThat(benchmark.name()).matches("[a-z-]+");
            assertThat(benchmark.oneLine()).isNotBlank().doesNotContain("\n");
            assertThat(benchmark.usualDuration()).isPositive();
        });
    }

    @Test
    void variants_are_measured_in_turns_and_samples_know_median_and_spread() throws Exception {
        List<String> order = new ArrayList<>();
        Map<String, List<Double>> measured = Samples.interleaved(3, new java.util.LinkedHashMap<>(Map.of("a", () -> {
            order.add("a");
            return (double) order.size();
        })));
        assertThat(new Samples(measured.get("a")).median()).isEqualTo(2);
        java.util.LinkedHashMap<String, java.util.concurrent.Callable<Double>> two = new java.util.LinkedHashMap<>();
        order.clear();
        two.put("a", () -> order.add("a") ? 1.0 : 0);
        two.put("b", () -> order.add("b") ? 1.0 : 0);
        Samples.interleaved(3, two);
        assertThat(order).containsExactly("a", "b", "b", "a", "a", "b");
        assertThat(new Samples(List.of(90.0, 100.0, 120.0)).spread()).isCloseTo(0.15, within(1e-9));
    }

    private int bench(String... arguments) {
        Benchmark small = new Benchmark() {
            @Override
            public String name() {
                return "small";
            }

            @Override
            public String oneLine() {
                return "measures next to nothing";
            }

            @Override
            public Duration usualDuration() {
                return Duration.ofSeconds(1);
            }

            @Override
            public List<Row> run(Context context) throws IOException {
                used.add(context.directory());
                Files.writeString(context.directory().resolve("file"), "x");
                return List.of(
                        Row.of("small thing", context.number("size", 3), "pieces")
                                .against("nothing", 3.5)
                                .ratioAtLeast(3),
                        Row.missing("other thing", "pieces", "no such program"));
            }
        };
        Benchmark broken = new Benchmark() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public String oneLine() {
                return "fails";
            }

            @Override
            public Duration usualDuration() {
                return Duration.ofSeconds(90);
            }

            @Override
            public List<Row> run(Context context) throws IOException {
                throw new IOException("out of luck");
            }
        };
        return new Bench(List.of(small, broken), print(out), print(errors)).run(arguments);
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
