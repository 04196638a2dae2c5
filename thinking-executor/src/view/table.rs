//! Columns of text: numbers stand to the right, everything else to the left.

use comfy_table::{CellAlignment, ContentArrangement, Table};

/// Puts rows below their headings, if there are any, each row a line.
pub(crate) fn columns(headings: &[String], rows: &[Vec<String>]) -> String {
    if headings.is_empty() && rows.is_empty() {
        return String::new();
    }
    let mut table = Table::new();
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.load_style(comfy_table::presets::NOTHING);
    if !headings.is_empty() {
        table.set_header(headings);
    }
    table.add_rows(rows);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        let mut cells =
            rows.iter().filter_map(|row| row.get(index)).filter(|cell| !cell.is_empty());
        if cells.all(|cell| cell.parse::<f64>().is_ok()) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt() + "\n"
}
