"""Tables that people upload: XLSX, ODS and CSV, read in bounded time and memory whatever they hold.

`reading` is what the rest of the application calls. The file itself is opened by a child process alone
(`child` and what it imports), because no library can be trusted with what strangers send.
"""
