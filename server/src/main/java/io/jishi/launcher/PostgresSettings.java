package io.jishi.launcher;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the embedded server is told on its command line, which wins over its configuration file and over ALTER SYSTEM.
 * The figures suit a laptop of two cores or more, and a database that fits into memory.
 */
final class PostgresSettings {
    private PostgresSettings() {}

    static Map<String, String> durable() {
        Map<String, String> settings = new LinkedHashMap<>();
        // an acknowledged transaction survives a power cut
        settings.put("fsync", "on");
        settings.put("synchronous_commit", "on");
        settings.put("full_page_writes", "on");
        settings.put("wal_compression", "on");
        settings.put("max_wal_size", "4GB");
        settings.put("min_wal_size", "256MB");
        settings.put("checkpoint_timeout", "15min");
        settings.put("wal_buffers", "16MB");

        settings.put("max_connections", "200");
        settings.put("shared_buffers", "256MB");
        settings.put("effective_cache_size", "1GB");
        settings.put("work_mem", "8MB");
        settings.put("maintenance_work_mem", "128MB");
        settings.put("random_page_cost", "1.1");
        // short statements on few cores gain nothing from either, and containers have little shared memory for workers
        settings.put("max_parallel_workers_per_gather", "0");
        settings.put("max_parallel_maintenance_workers", "0");
        settings.put("jit", "off");
        settings.put("autovacuum_naptime", "15s");
        // a node that hangs in a transaction must not hold its locks for ever
        settings.put("idle_in_transaction_session_timeout", "60s");

        settings.put("listen_addresses", "127.0.0.1");
        settings.put("unix_socket_directories", "");
        settings.put("password_encryption", "scram-sha-256");
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        settings.put("log_line_prefix", "%m [%p] %d ");
        settings.put("log_checkpoints", "off");
        return settings;
    }

    /** For tests that do not kill the server: as above, but a commit does not wait for the disk. */
    static Map<String, String> forgetful() {
        Map<String, String> settings = durable();
        settings.put("fsync", "off");
        settings.put("synchronous_commit", "off");
        settings.put("full_page_writes", "off");
        settings.put("max_connections", "300");
        return settings;
    }
}
