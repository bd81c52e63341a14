/** The head of a table: one title a column. */
export const TableHead = ({ columns }: Readonly<{ columns: readonly string[] }>) => (
  <thead>
    <tr>
      {columns.map((title) => (
        <th key={title} scope="col">
          {title}
        </th>
      ))}
    </tr>
  </thead>
);
