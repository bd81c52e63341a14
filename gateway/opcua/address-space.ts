/** Builds the plan's nodes: folders, read-only variables with their properties, methods. */
import {
  coerceLocalizedText,
  DataType,
  DataTypeIds,
  EnumValueType,
  PermissionType,
  Range,
  resolveNodeId,
  Variant,
  VariantArrayType,
  WellKnownRoles,
  type AddressSpace,
  type ExtensionObject,
  type IAddressSpace,
  type Namespace,
  type UAMethod,
  type UAObject,
  type UAVariable,
  type VariantOptions,
} from 'node-opcua';
import { methodGives, methodNames, methods, type ArgumentPlan, type MethodName } from './method-call.ts';
import { namespaceUri, rootNodeId, type SkidPlan, type TagPlan, type VariableForm } from './space-plan.ts';

/** A tag's variable, and the text of its state where it has one. */
export type TagNode = Readonly<{ plan: TagPlan; variable: UAVariable; text: UAVariable | null }>;

export type SkidNodes = Readonly<{
  plan: SkidPlan;
  /** In the order of the plan's tags. */
  tags: readonly TagNode[];
  methods: readonly Readonly<{ name: MethodName; node: UAMethod }>[];
}>;

export function buildSpace(addressSpace: AddressSpace, skids: readonly SkidPlan[]): readonly SkidNodes[] {
  const namespace = addressSpace.registerNamespace(namespaceUri);
  closeToWriting(addressSpace);
  const root = namespace.addFolder(addressSpace.rootFolder.objects, {
    browseName: 'Mesoline',
    nodeId: idOf(rootNodeId),
    description: 'The skids of this site.',
  });
  return skids.map((plan) => {
    const skid = namespace.addObject({
      organizedBy: root,
      browseName: plan.name,
      nodeId: idOf(plan.nodeId),
      description: plan.title,
      typeDefinition: 'BaseObjectType',
    });
    const tags = plan.units.flatMap((unit) => {
      const folder = namespace.addObject({
        componentOf: skid,
        browseName: unit.browseName,
        nodeId: idOf(unit.nodeId),
        description: unit.title,
        typeDefinition: 'BaseObjectType',
      });
      return unit.tags.map((tag) => addTag(namespace, folder, tag));
    });
    return { plan, tags, methods: methodNames.map((name) => addMethod(namespace, skid, plan, name)) };
  });
}

const idOf = (text: string): string => `s=${text}`;

const euInformation = resolveNodeId(DataTypeIds.EUInformation);

const readOnly = { accessLevel: 'CurrentRead', userAccessLevel: 'CurrentRead', minimumSamplingInterval: 0 } as const;

function addTag(namespace: Namespace, folder: UAObject, plan: TagPlan): TagNode {
  const { typeDefinition, dataType } = typeOf(plan.form);
  const variable = namespace.addVariable({
    ...readOnly,
    componentOf: folder,
    browseName: plan.browseName,
    nodeId: idOf(plan.nodeId),
    description: plan.title,
    typeDefinition,
    dataType,
    valueRank: -1,
  });
  const property = (name: string, type: string, value: VariantOptions): UAVariable =>
    namespace.addVariable({
      ...readOnly,
      propertyOf: variable,
      browseName: { name, namespaceIndex: 0 },
      nodeId: idOf(`${plan.nodeId}#${name}`),
      dataType: type,
      typeDefinition: 'PropertyType',
      valueRank: value.arrayType === VariantArrayType.Array ? 1 : -1,
      value: new Variant(value),
    });
  property('Definition', 'String', { dataType: DataType.String, value: plan.definition });
  return { plan, variable, text: addDetails(namespace.addressSpace, plan.form, property) };
}

function typeOf(form: VariableForm): Readonly<{ typeDefinition: string; dataType: DataType }> {
  switch (form.kind) {
    case 'states':
      return { typeDefinition: 'MultiStateValueDiscreteType', dataType: DataType.Int32 };
    case 'two-state':
      return { typeDefinition: 'TwoStateDiscreteType', dataType: DataType.Boolean };
    case 'number': {
      const typeDefinition =
        form.range !== null ? 'AnalogItemType' : form.unit !== null ? 'AnalogUnitType' : 'DataItemType';
      return { typeDefinition, dataType: DataType.Double };
    }
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
      if (form.unit !== null) {
        const { unitId, displayName, description } = form.unit;
        structure(
          'EngineeringUnits',
          'EUInformation',
          addressSpace.constructExtensionObject(euInformation, {
            namespaceUri: 'http://www.opcfoundation.org/UA/units/un/cefact',
            unitId,
            displayName: { text: displayName },
            description: { text: description },
          }),
        );
      }
      return null;
    }
  }
}

const textOf = (text: string): VariantOptions => ({
  dataType: DataType.LocalizedText,
  value: coerceLocalizedText(text),
});

function addMethod(namespace: Namespace, skid: UAObject, plan: SkidPlan, name: MethodName) {
  const { description, takes } = methods[name];
  const node = namespace.addMethod(skid, {
    browseName: name,
    nodeId: idOf(`${plan.nodeId}.${name}`),
    description,
    inputArguments: takes.map(argumentOf),
    outputArguments: methodGives.map(argumentOf),
  });
  return { name, node };
}

const argumentOf = ({ name, dataType, description }: ArgumentPlan) => ({
  name,
  description: { text: description },
  dataType: dataType === 'BaseDataType' ? DataType.Variant : DataType[dataType],
  valueRank: -1,
});

/**
 * The stack lets whoever is logged in write some of the standard nodes and of the diagnostics it makes for each session.
 * Here no client writes anything: what they may do to the plant are the methods.
 */
function closeToWriting(addressSpace: AddressSpace): void {
  const { Browse, Read, ReceiveEvents, Call } = PermissionType;
  const permissions: PermissionType = Browse | Read | ReceiveEvents | Call;
  for (const namespace of addressSpace.getNamespaceArray()) {
    namespace.setDefaultRolePermissions([{ roleId: resolveNodeId(WellKnownRoles.AuthenticatedUser), permissions }]);
  }
}
