package io.jishi.bench;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** {@code ./jishi bench [NAME] [--json FILE] [--set NAME=VALUE]… [--runs N] [--seed S] [--list]} */
public final class Bench {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private final List<Benchmark> benchmarks;
    private final PrintStream out;
    private final PrintStream errors;

    Bench(List<Benchmark> benchmarks, PrintStream out, PrintStream errors) {
        this.benchmarks = benchmarks.stream()
                .sorted(Comparator.comparing(Benchmark::name))
                .toList();
        this.out = out;
        this.errors = errors;
    }

    public static void main(String[] arguments) {
        List<Benchmark> all = new ArrayList<>();
        ServiceLoader.load(Benchmark.class).forEach(all::add);
        System.exit(new Bench(all, System.out, System.err).run(arguments));
    }

    /** @return the exit code: 0 where all could be measured, whether or not they met their targets; 1 also where a proof failed */
    int run(String[] arguments) {
        try {
            Request request = Request.parse(arguments);
            return request.list() ? list() : measure(request);
        } catch (Context.WrongArgument e) {
            errors.println("jishi: bench: " + e.getMessage());
            return WRONG_USAGE;
        }
    }

    private int list() {
        for (Benchmark benchmark : benchmarks) {
            out.printf(
                    "%-10s  about %3d s  %s%n",
                    benchmark.name(), benchmark.usualDuration().toSeconds(), benchmark.oneLine());
        }
        return 0;
    }

    private int measure(Request request) {
        List<Benchmark> chosen = benchmarks.stream()
                .filter(b -> request.name() == null || b.name().equals(request.name()))
                .toList();
        if (chosen.isEmpty()) {
            throw new Context.WrongArgument("no benchmark " + request.name() + "; ./jishi bench --list names them");
        }
        List<Row> rows = new ArrayList<>();
        boolean broken = false;
        for (Benchmark benchmark : chosen) {
            errors.printf(
                    "%s: %s (about %d s)%n",
                    benchmark.name(),
                    benchmark.oneLine(),
                    benchmark.usualDuration().toSeconds());
            try {
                List<Row> measured = run(benchmark, request.settings());
                rows.addAll(measured);
                broken |= benchmark.isProof() && measured.stream().anyMatch(row -> Boolean.FALSE.equals(row.met()));
            } catch (Context.WrongArgument e) {
                throw e;
            } catch (Exception e) {
                broken = true;
                errors.println(benchmark.name() + " failed: " + e);
                e.printStackTrace(errors);
            }
        }
        out.print(Table.of(rows));
        if (request.json() != null) {
            write(request.json(), rows);
        }
        return broken ? FAILED : 0;
    }

    private List<Row> run(Benchmark benchmark, Map<String, String> settings) throws Exception {
        long start = System.nanoTime();
        Path directory = Files.createTempDirectory("jishi-bench-");
        try (Context context = new Context(directory, settings, line -> {
            errors.printf(
                    "  %4d s  %s%n", Duration.ofNanos(System.nanoTime() - start).toSeconds(), line);
        })) {
            return benchmark.run(context);
        } finally {
            delete(directory);
        }
    }

    private void write(Path file, List<Row> rows) {
        try {
            JsonMapper mapper = JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build();
            Files.writeString(file, mapper.writeValueAsString(rows) + "\n");
        } catch (IOException e) {
            throw new Context.WrongArgument("cannot write " + file);
        }
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException error) throws IOException {
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** What was asked for. */
    record Request(@Nullable String name, @Nullable Path json, boolean list, Map<String, String> settings) {
        static Request parse(String[] arguments) {
            String name = null;
            Path json = null;
            boolean list = false;
            Map<String, String> settings = new HashMap<>();
            for (int i = 0; i < arguments.length; i++) {
                String argument = arguments[i];
                int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
                String option = equals < 0 ? argument : argument.substring(0, equals);
                switch (option) {
                    case "--list" -> list = true;
                    case "--json", "--set", "--runs", "--seed" -> {
                        if (equals < 0 && i + 1 == arguments.length) {
                            throw new Context.WrongArgument("option " + option + " needs a value");
                        }
                        String value = equals < 0 ? arguments[++i] : argument.substring(equals + 1);
                        switch (option) {
                            case "--json" -> json = Path.of(value);
                            case "--set" -> put(settings, value);
                            default -> settings.put(option.substring(2), value);
                        }
                    }
                    default -> {
                        if (argument.startsWith("-") || name != null) {
                            throw new Context.WrongArgument("unexpected argument " + argument);
                        }
                        name = argument;
                    }
                }
            }
            return new Request(name, json, list, settings);
        }

        private static void put(Map<String, String> settings, String pair) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new Context.WrongArgument("--set wants NAME=VALUE");
            }
            settings.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
    }
}
