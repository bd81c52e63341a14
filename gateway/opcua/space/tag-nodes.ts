/** Variables of tags: their types, and the properties that those types ask for (Part 8, 5.3). */
import {
  coerceLocalizedText,
  DataType,
  DataTypeIds,
  EnumValueType,
  Range,
  resolveNodeId,
  Variant,
  VariantArrayType,
  type ExtensionObject,
  type IAddressSpace,
  type Namespace,
  type UAObject,
  type UAVariable,
  type VariantOptions,
} from 'node-opcua';
import type { UnitPlan } from '../plan/plan-units.ts';
import type { TagPlan, VariableForm } from '../plan/space-plan.ts';

/** A variable of a tag's form, and the text of its state where it has one. */
export type TagNode = Readonly<{ plan: TagPlan; variable: UAVariable; text: UAVariable | null }>;

export const idOf = (text: string): string => `s=${text}`;

const euInformation = resolveNodeId(DataTypeIds.EUInformation);

export const readOnly = {
  accessLevel: 'CurrentRead',
  userAccessLevel: 'CurrentRead',
  minimumSamplingInterval: 0,
} as const;

export function addTag(namespace: Namespace, folder: UAObject, plan: TagPlan, nameIndex?: number): TagNode {
  const { typeDefinition, dataType } = typeOf(plan.form);
  const variable = namespace.addVariable({
    ...readOnly,
    componentOf: folder,
    browseName: nameIndex === undefined ? plan.browseName : { name: plan.browseName, namespaceIndex: nameIndex },
    nodeId: idOf(plan.nodeId),
    description: plan.title,
    typeDefinition,
    dataType,
    valueRank: plan.form.kind === 'texts' ? 1 : -1,
  });
  const property: AddProperty = (name, type, value) => addProperty(variable, plan.nodeId, name, type, value);
  property('Definition', 'String', { dataType: DataType.String, value: plan.definition });
  return { plan, variable, text: addDetails(namespace.addressSpace, plan.form, property) };
}

/** A property named by the standard, on a node with the id `owner`. */
export const addProperty = (
  of: UAVariable | UAObject,
  owner: string,
  name: string,
  dataType: string,
  value: VariantOptions,
): UAVariable =>
  of.namespace.addVariable({
    ...readOnly,
    propertyOf: of,
    browseName: { name, namespaceIndex: 0 },
    nodeId: idOf(`${owner}#${name}`),
    dataType,
    typeDefinition: 'PropertyType',
    valueRank: value.arrayType === VariantArrayType.Array ? 1 : -1,
    value: new Variant(value),
  });

function typeOf(form: VariableForm): Readonly<{ typeDefinition: string; dataType: DataType }> {
  switch (form.kind) {
    case 'states':
      return { typeDefinition: 'MultiStateValueDiscreteType', dataType: DataType.Int32 };
    case 'two-state':
      return { typeDefinition: 'TwoStateDiscreteType', dataType: DataType.Boolean };
    case 'number':
      return { typeDefinition: form.type, dataType: DataType.Double };
    case 'text':
    case 'texts':
      return { typeDefinition: 'DataItemType', dataType: DataType.String };
    case 'localized':
      return { typeDefinition: 'DataItemType', dataType: DataType.LocalizedText };
  }
}

type AddProperty = (name: string, type: string, value: VariantOptions) => UAVariable;

/** @returns the property that holds the state's text, if there is one */
function addDetails(addressSpace: IAddressSpace, form: VariableForm, property: AddProperty): UAVariable | null {
  switch (form.kind) {
    case 'two-state':
      property('FalseState', 'LocalizedText', textOf(form.falseText));
      property('TrueState', 'LocalizedText', textOf(form.trueText));
      return null;
    case 'states':
      property('EnumValues', 'EnumValueType', {
        dataType: DataType.ExtensionObject,
        arrayType: VariantArrayType.Array,
        value: form.states.map(
          ({ value, text }) =>
            new EnumValueType({ value: [value < 0 ? 0xffff_ffff : 0, value >>> 0], displayName: { text } }),
        ),
      });
      return property('ValueAsText', 'LocalizedText', textOf(''));
    case 'number': {
      const structure = (name: string, type: string, value: ExtensionObject): UAVariable =>
        property(name, type, { dataType: DataType.ExtensionObject, value });
      property('ValuePrecision', 'Double', { dataType: DataType.Double, value: form.decimals });
      if (form.range !== null) structure('EURange', 'Range', new Range(form.range));
      if (form.instrument !== null) structure('InstrumentRange', 'Range', new Range(form.instrument));
      if (form.unit !== null) structure('EngineeringUnits', 'EUInformation', unitStructure(addressSpace, form.unit));
      return null;
    }
    case 'text':
    case 'texts':
    case 'localized':
      return null;
  }
}

export const unitStructure = (addressSpace: IAddressSpace, unit: UnitPlan): ExtensionObject =>
  addressSpace.constructExtensionObject(euInformation, {
    namespaceUri: 'http://www.opcfoundation.org/UA/units/un/cefact',
    unitId: unit.unitId,
    displayName: { text: unit.displayName },
    description: { text: unit.description },
  });

export const textOf = (text: string): VariantOptions => ({
  dataType: DataType.LocalizedText,
  value: coerceLocalizedText(text),
});
