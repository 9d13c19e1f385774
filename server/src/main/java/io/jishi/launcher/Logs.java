package io.jishi.launcher;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Keeps the log files of the processes from growing without end. Processes append to them directly, so that they can go on
 * writing when the launcher is gone.
 */
final class Logs {
    static final long BYTES_MAX = 64L << 20;
    private static final int TAIL_BYTES = 64 << 10;

    private Logs() {}

    /** Sets the log of an earlier run aside, in the place of the one before it. */
    static void rotate(Path log) {
        try {
            if (Files.exists(log) && Files.size(log) > 0) {
                Files.move(log, aside(log), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empties those that have become too long, keeping a copy; lines written between copy and cut are lost. */
    static void bound(Path folder, long bytesMax) {
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder, "*.log")) {
            for (Path log : logs) {
                if (Files.size(log) > bytesMax) {
                    Files.copy(log, aside(log), StandardCopyOption.REPLACE_EXISTING);
                    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
                        channel.truncate(0);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static long size(Path log) {
        try {
            return Files.exists(log) ? Files.size(log) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines written since the log had that size, at the most the last 64 KiB of them. */
    static List<String> since(Path log, long size) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.min(file.length(), Math.max(size, file.length() - TAIL_BYTES)));
            byte[] bytes = new byte[(int) (file.length() - file.getFilePointer())];
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Path aside(Path log) {
        return log.resolveSibling(log.getFileName() + ".1");
    }
}
