"""What a run hands to people: the report, the workbook and the lists."""
