package io.jishi.launcher;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code postmaster.pid} in a database folder says. The file outlives a killed server, and its process id may by then
 * belong to a stranger, so nothing is signalled before {@link #isServerOf}.
 *
 * @param status {@code starting}, {@code ready}, {@code stopping}, or empty while the file is being written
 */
record Postmaster(long processId, int port, String status) {
    private static final int PORT_LINE = 3;
    private static final int STATUS_LINE = 7;

    static Path file(Path folder) {
        return folder.resolve("postmaster.pid");
    }

    static Optional<Postmaster> read(Path folder) {
        try {
            List<String> lines = Files.readAllLines(file(folder));
            long processId = Long.parseLong(lines.getFirst().strip());
            int port = lines.size() > PORT_LINE
                    ? Integer.parseInt(lines.get(PORT_LINE).strip())
                    : 0;
            String status = lines.size() > STATUS_LINE ? lines.get(STATUS_LINE).strip() : "";
            return Optional.of(new Postmaster(processId, port, status));
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // not there, or half written
        }
    }

    boolean isReady() {
        return status.equals("ready");
    }

    /** Its process, where it lives and really is the server of this folder. */
    Optional<ProcessHandle> server(Path folder) {
        return ProcessHandle.of(processId).filter(process -> isServerOf(process, folder));
    }

    /** A server's command line carries its folder after {@code -D}. */
    static boolean isServerOf(ProcessHandle process, Path folder) {
        return process.isAlive()
                && process.info()
                        .commandLine()
                        .filter(line -> line.contains("postgres") && line.contains(" -D " + folder + " "))
                        .isPresent();
    }

    /**
     * Processes of a server whose postmaster is gone. They end by themselves as soon as they look up from their work, and
     * hold the shared memory until then. All processes of a server work in its folder; where the system does not tell
     * (outside Linux), none are found and PostgreSQL itself waits or complains.
     */
    static List<ProcessHandle> remains(Path folder) {
        List<ProcessHandle> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            Path real = folder.toRealPath();
            for (Path process : processes) {
                if (worksIn(process, real)) {
                    ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                            .ifPresent(found::add);
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return found;
    }

    private static boolean worksIn(Path process, Path folder) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(folder)
                    && Files.readString(process.resolve("comm")).startsWith("postgres");
        } catch (IOException e) {
            return false; // ended meanwhile, or not ours
        }
    }
}
