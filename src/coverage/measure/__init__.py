"""Tables → tables: the outlet index with intervals, timelines, silence, echoed claims."""
