/** Which of the people something is about. */
type Props = Readonly<{
  persons: readonly Readonly<{ id: string; printedName: string }>[];
  value: string;
  onChoose: (id: string) => void;
  testid: string;
}>;

export const PersonChoice = ({ persons, value, onChoose, testid }: Props) => (
  <label>
    Person
    <select value={value} onChange={(event) => onChoose(event.currentTarget.value)} data-testid={testid}>
      {persons.map(({ id, printedName }) => (
        <option key={id} value={id}>
          {printedName}
        </option>
      ))}
    </select>
  </label>
);
