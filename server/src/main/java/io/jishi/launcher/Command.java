package io.jishi.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Small programs of the operating system that Java has no call for. */
final class Command {
    private static final List<String> MORE_FOLDERS = List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin");
    private static final int SECONDS_MAX = 30;

    private Command() {}

    /** The program on the path, or where programs usually are. */
    static Optional<String> find(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return java.util.stream.Stream.concat(
                        java.util.Arrays.stream(path.split(File.pathSeparator)), MORE_FOLDERS.stream())
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /**
     * The words to put before a command so that it leaves the terminal's process group: a Ctrl-C reaches the launcher
     * alone, which then stops everything in order. The process keeps its id.
     */
    static List<String> ownSession() {
        return find("setsid").map(List::of).orElse(List.of());
    }

    /** True where it ends with 0 within half a minute. */
    static boolean succeeds(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            if (process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
            process.destroyForcibly();
            return false;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Sends a signal by name ({@code INT}, {@code QUIT}); false where the process is gone. */
    static boolean signal(String name, long processId) {
        return succeeds(List.of("/bin/sh", "-c", "kill -" + name + " " + processId));
    }
}
