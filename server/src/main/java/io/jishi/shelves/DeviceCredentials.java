package io.jishi.shelves;

import io.jishi.core.Id;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/** Makes credentials for a new device, in the transaction that registers its shelf. */
@FunctionalInterface
public interface DeviceCredentials {
    Future<Issued> issue(SqlConnection transaction);

    /** @param secret told once, never kept in the clear */
    record Issued(Id<?> device, String secret) {
        @Override
        public String toString() {
            return "Issued[device=" + device + "]";
        }
    }
}
