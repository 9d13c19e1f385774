package io.jishi.bench;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Starts Java processes on this one's class path and JVM flags. */
final class JavaProcess {
    private JavaProcess() {}

    static ChildProcess start(
            Path directory, List<String> flags, String main, List<String> arguments, Map<String, String> environment)
            throws IOException {
        return ChildProcess.start(directory, prepare(flags, main, arguments, environment));
    }

    /** What would start such a process, with no word yet about its folder and its output. */
    static ProcessBuilder prepare(
            List<String> flags, String main, List<String> arguments, Map<String, String> environment) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(JavaProcess::opensTheJdk)
                .forEach(command::add);
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath(), main));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("JISHI_"));
        builder.environment().putAll(environment);
        return builder;
    }

    private static boolean opensTheJdk(String flag) {
        return flag.startsWith("--add-") || flag.startsWith("--enable-native-access");
    }

    /** Absolute, as the process runs in another folder. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> entry.endsWith("*")
                        ? entry
                        : Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
