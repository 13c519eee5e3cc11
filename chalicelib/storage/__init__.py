"""The storage ports over DynamoDB: keys, rows, one shared connection, one repository for each port.

The repositories are in rooms by subject, named as those of `usecases`. Here is what all rooms share:

  keys          where each thing lies, and so which two things cannot both exist
  tables        rows as DynamoDB sees them, and how the tables are made; nobody outside this room reads it
  connection    both tables behind one client: reads, queries and writes that need no condition
  sealed        personal data on its way into and out of a row
  changes       what a record of the table's stream tells
  transaction   every conditional write, and what it means when a condition fails

What is written, and on what condition, is in the repositories. What it is good for is in the use cases.
"""
