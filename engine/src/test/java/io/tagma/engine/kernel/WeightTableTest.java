package io.tagma.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WeightTableTest {
    @Test
    void rowsAreZeroAlignedAndApart() {
        final WeightTable table = new WeightTable(150, 100);
        for (int row = 0; row < 100; row++) {
            assertThat(table.addRow()).isEqualTo(row);
            assertThat(table.address(row) % 64).isZero();
            for (int i = 0; i < table.rowLength(); i++) {
                assertThat(table.weight(row, i)).isZero();
            }
        }

        assertThat(table.stride()).isEqualTo(160);
        assertThat(table.address(1) - table.address(0)).isEqualTo(2L * 160 * Float.BYTES);
        assertThat(table.bytes()).isEqualTo(100L * 2 * 160 * Float.BYTES);
    }

    @Test
    void aFullTableRefuses() {
        final WeightTable table = new WeightTable(3, 2);
        table.addRow();
        table.addRow();

        assertThat(table.addRow()).isEqualTo(WeightTable.FULL);
        assertThat(table.rows()).isEqualTo(2);
    }

    @Test
    void impossibleSizesAreRefusedByName() {
        assertThatThrownBy(() -> new WeightTable(0, 1)).hasMessageContaining("outputs");
        assertThatThrownBy(() -> new WeightTable(1, 0)).hasMessageContaining("maxRows");
    }
}
